package io.millrace.dsl;

import java.util.Objects;

/** What user code throws while a topology is defined, or what an argument is refused with: told among the other problems. */
final class Faults {
    private static final String LIBRARY = "io.millrace.";

    private Faults() {}

    /**
     * What is told.
     *
     * @param thrown by a word, or by what it called
     * @param word   the word; empty when the definition threw it itself
     * @return says it, with the cure
     * @throws VirtualMachineError when it is one: the process is in trouble then, not the topology
     */
    static Throwable told(Throwable thrown, String word) {
        if (thrown instanceof VirtualMachineError e) {
            throw e;
        }
        boolean says = thrown instanceof IllegalArgumentException || thrown instanceof IllegalStateException;
        if (says && thrown.getMessage() != null) {
            return thrown;
        }
        String head = word.isEmpty() ? "" : word + ": ";
        StackTraceElement[] frames = thrown.getStackTrace();
        if (isRefusedNull(thrown, frames)) {
            return new IllegalArgumentException(head + thrown.getMessage() + " is null; give one", thrown);
        }
        String place = frames.length == 0 ? "" : " at " + frames[0].getFileName() + ":" + frames[0].getLineNumber();
        return new IllegalArgumentException(head + thrown + " is thrown" + place + "; mend what throws it", thrown);
    }

    /** Whether the library asked for an argument that is null. */
    private static boolean isRefusedNull(Throwable thrown, StackTraceElement[] frames) {
        return thrown instanceof NullPointerException
                && thrown.getMessage() != null
                && frames.length > 1
                && frames[0].getClassName().equals(Objects.class.getName())
                && frames[1].getClassName().startsWith(LIBRARY);
    }
}
