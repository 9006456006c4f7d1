package io.millrace.cli;

import io.millrace.event.DeadLetter;
import io.millrace.transport.file.DeadLetterReason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The texts of rows that the engine may refuse because of their time, kept until it has said so: a few at most, so that a file of
 * any length is read with little memory.
 */
public final class Suspects {
    /** What is further ahead than this the engine sets aside, so that it may refuse it later. */
    public static final Duration AHEAD = Duration.ofDays(30);

    private static final int MOST = 64;

    private final Map<Long, String> rows = new LinkedHashMap<>();
    private final long ahead;
    private long newest = Long.MIN_VALUE;

    /**
     * Of one input.
     *
     * @param ahead {@link #AHEAD} in the unit of the times
     */
    public Suspects(long ahead) {
        this.ahead = ahead;
    }

    /**
     * Looks at a row before it is published.
     *
     * @param id   its correlation id
     * @param time of its event
     * @param row  its text, asked for only when it is kept
     */
    public void see(long id, long time, Supplier<String> row) {
        if (newest == Long.MIN_VALUE || time >= newest && time - newest <= ahead) {
            newest = time;
            return;
        }
        if (rows.size() == MOST) {
            rows.remove(rows.keySet().iterator().next());
        }
        rows.put(id, row.get());
    }

    /**
     * The text of a row that was refused.
     *
     * @param letter what the engine says of it
     * @return its text; the event's where that is not known any more
     */
    public String rowOf(DeadLetter letter) {
        String row = rows.remove(letter.correlationId());
        return row == null ? letter.event() : row;
    }

    /**
     * Why a row was refused, in words.
     *
     * @param letter what the engine says of it
     * @param time   what its time is called, such as {@code its time}
     * @param event  what an event is called
     * @return one line
     */
    public static String detail(DeadLetter letter, String time, String event) {
        return switch (DeadLetterReason.of(letter.reason())) {
            case LATE -> time + " is before that of " + event + " taken earlier";
            case AHEAD ->
                time + " is more than 30 days after the newest " + event.substring(event.indexOf(' ') + 1) + " taken";
            default -> (letter.node() + ": " + letter.cause()).replaceAll("\\p{Cntrl}+", " ");
        };
    }
}
