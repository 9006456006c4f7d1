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
}
