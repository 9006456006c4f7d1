package io.millrace.engine;

import io.millrace.event.Input;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The declared answer of one input for what the engine cannot decide, how often it was given, and why the last time. Counted by
 * any thread; no field orders anything else.
 */
final class Undecided {
    private final Input<?> input;

    /** Null when none was declared. */
    private final Answer answer;

    private final AtomicLong given = new AtomicLong();
    private volatile String lastWhy = "";

    Undecided(Input<?> input, Answer answer) {
        this.input = input;
        this.answer = answer;
    }

    /** Nobody should find out in an emergency that there is no answer for it. */
    void requireDeclared() {
        if (answer == null) {
            throw new IllegalStateException("input " + input.name()
                    + " has no answer for events that cannot be decided; call cannotDecide(input, "
                    + "FAIL_OPEN or FAIL_CLOSED) in the setup");
        }
    }

    Answer give(String why) {
        lastWhy = why;
        given.incrementAndGet();
        return answer;
    }

    long given() {
        return given.get();
    }

    /** What was answered, in words; null when it never had to be. */
    String why() {
        long n = given.get();
        return n == 0 ? null : "input " + input.name() + ": " + n + " answered " + answer + ", last because " + lastWhy;
    }
}
