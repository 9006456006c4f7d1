package io.millrace.operators.pattern;

import io.millrace.event.Length;

/** An event of the tests: a kind such as {@code a}, and a name such as {@code a1}. */
record Ev(long key, @Length(4) String kind, @Length(12) String name, long value, long time) {
    static Ev of(String name, long time) {
        return of(1, name, 0, time);
    }

    static Ev of(long key, String name, long value, long time) {
        return new Ev(key, name.substring(0, 1), name, value, time);
    }

    boolean is(String kinds) {
        return kinds.contains(kind);
    }
}
