package io.millrace.transport;

/** How often something is tried. */
final class Attempts {
    private static final int MOST = 100;

    private Attempts() {}

    static void check(int times) {
        if (times < 1 || times > MOST) {
            throw new IllegalArgumentException(times + " attempts; use 1 to " + MOST);
        }
    }
}
