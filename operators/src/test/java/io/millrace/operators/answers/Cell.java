package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import java.time.Duration;

/**
 * A row of somebody's table as an event: its number, the key that a word needs, its time, and a number to reckon with. What else
 * is in the row stays in the table, so that one topology serves tables of any columns.
 */
record Cell(int row, @Length(60) String key, long timeNs, long number) {
    /** Times are small numbers in these files, far from each other. */
    private static final Duration ANY = Duration.ofNanos(Long.MAX_VALUE);

    static final Input<Cell> LEFT = input("left");
    static final Input<Cell> RIGHT = input("right");
    static final Output<Pair> PAIRS = Output.of("pairs", Pair.class);

    /** The numbers of two rows side by side; -1 for none. */
    record Pair(int left, int right) {}

    /** Rows come in any order; nothing is late. */
    static Input<Cell> input(String name) {
        return Input.of(name, Cell.class)
                .eventTime(Cell::timeNs, NANOSECONDS)
                .disorder(ANY)
                .maxAhead(ANY);
    }
}
