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
        int door = door(frames);
        return door < 1 ? "the definition" : of(frames[door - 1]);
    }

    static String of(StackTraceElement frame) {
        return frame.getFileName() + ":" + frame.getLineNumber();
    }

    /** The word that a definition called when something was thrown; empty when it called none. */
    static String wordOf(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        for (int i = door(frames) - 1; i >= 0; i--) {
            if (frames[i].getClassName().startsWith(OWN)) {
                return frames[i].getMethodName();
            }
        }
        return "";
    }

    /** The innermost frame of the door, or -1. */
    private static int door(StackTraceElement[] frames) {
        int at = 0;
        while (at < frames.length && !frames[at].getClassName().equals(Millrace.class.getName())) {
            at++;
        }
        return at < frames.length ? at : -1;
    }
}
