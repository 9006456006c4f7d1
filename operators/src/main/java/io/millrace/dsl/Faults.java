package io.millrace.dsl;

import java.util.List;
import java.util.Objects;

/**
 * What user code throws while a topology is defined, or what an argument is refused with, reported among the other
 * problems.
 */
final class Faults {
    private static final String LIBRARY = "io.millrace.";
    private static final List<String> WORDS = List.of("io.millrace.dsl.", "io.millrace.topology.");

    private Faults() {}

    /**
     * What is reported.
     *
     * @param thrown thrown by a word, or by what it called
     * @param word   the word; empty if the definition itself threw it
     * @return an exception that says it, with the cure
     * @throws VirtualMachineError if it is one: then the process is in trouble, not the topology
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
        boolean ours = isOurs(frames);
        if (ours && thrown instanceof NullPointerException) {
            return new IllegalArgumentException(head + "one of its arguments is null; give one", thrown);
        }
        String place = frames.length == 0 ? "" : " at " + Site.of(frames[0]);
        String cure = ours ? "; look at the arguments, and report it where they are sound" : "; mend what throws it";
        return new IllegalArgumentException(head + thrown + " is thrown" + place + cure, thrown);
    }

    /** Whether a word threw it, not what the user gave it: nobody can mend that. */
    private static boolean isOurs(StackTraceElement[] frames) {
        for (StackTraceElement f : frames) {
            if (!f.getClassName().startsWith("java.")) {
                return WORDS.stream().anyMatch(f.getClassName()::startsWith);
            }
        }
        return false;
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
