package io.millrace.dsl;

/** Finds the line of user code that calls a word. */
final class Site {
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final String OWN = Site.class.getPackageName() + ".";

    private Site() {}

    /** Such as {@code Fraud.java:41}. */
    static String here() {
        return WALKER.walk(frames -> frames.filter(f -> !f.getClassName().startsWith(OWN))
                .findFirst()
                .map(f -> f.getFileName() + ":" + f.getLineNumber())
                .orElse(""));
    }

    /** The word that user code calls, such as {@code filter}. */
    static String word() {
        return WALKER.walk(frames -> frames.takeWhile(f -> f.getClassName().startsWith(OWN))
                .map(StackWalker.StackFrame::getMethodName)
                .reduce("", (inner, outer) -> outer));
    }

    /** The line of a definition in which something was thrown: the frame that the door called. */
    static String ofDefinition(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        for (int i = 1; i < frames.length; i++) {
            if (frames[i].getClassName().equals(Millrace.class.getName())) {
                return frames[i - 1].getFileName() + ":" + frames[i - 1].getLineNumber();
            }
        }
        return "the definition";
    }
}
