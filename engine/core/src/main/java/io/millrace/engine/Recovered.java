package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;

/** What a host found in its journal when it started, and where it goes on. Immutable. */
public final class Recovered {
    private final Topology topology;
    private final long first;
    private final long next;
    private final Duration took;
    private final String report;
    private final List<String> inDoubt;
    private final int openRequests;
    private final InputMarks[] inputs;
    private final long bytes;

    Recovered(
            Topology topology,
            long first,
            long next,
            Duration took,
            String report,
            List<String> inDoubt,
            int openRequests,
            InputMarks[] inputs,
            long bytes) {
        this.topology = topology;
        this.first = first;
        this.next = next;
        this.took = took;
        this.report = report;
        this.inDoubt = inDoubt;
        this.openRequests = openRequests;
        this.inputs = inputs;
        this.bytes = bytes;
    }

    /** Of the entries that were read. */
    long bytes() {
        return bytes;
    }

    /**
     * The place of the first entry that was read again.
     *
     * @return 0, or where a snapshot left off
     */
    public long first() {
        return first;
    }

    /**
     * The place of the first entry that is new.
     *
     * @return 0 when the journal was empty
     */
    public long next() {
        return next;
    }

    /**
     * How long it took to read and evaluate them.
     *
     * @return zero when there was none
     */
    public Duration took() {
        return took;
    }

    /**
     * How many events of an input the journal knows of: a publisher that numbers its events goes on behind them. Those that were dropped
     * for want of room ({@link Overflow#DROP_NEWEST}, {@link Overflow#dropOldest}) are among them, as far as the journal was told: a run of
     * drops is noted with the next event that finds room, so those dropped last may be published again, and none that was taken.
     *
     * <p>Where an input conflates, events are not taken in the order in which they were published, and no number says which of them
     * are here: publish again what is not known to be durable ({@link Engine#durable}), with ids for {@code dedupe} where an event must not
     * count twice. The same holds for an input with several publishers.
     *
     * @param input one of the topology's
     * @return those that were redriven are not counted again
     */
    public long events(Input<?> input) {
        return marks(input).brought();
    }

    /**
     * Whether an input had ended.
     *
     * @param input one of the topology's
     * @return true when its end stands in the journal
     */
    public boolean hasEnded(Input<?> input) {
        return marks(input).hasEnded();
    }

    InputMarks marks(Input<?> input) {
        int i = topology.inputs().indexOf(input);
        if (i < 0) {
            throw new IllegalArgumentException(
                    "input " + input.name() + " is not one of " + topology + ", which has " + topology.inputs());
        }
        return inputs[i];
    }

    /**
     * Outputs that a receiver was given when the process ended, and of which nobody knows whether it has dealt with them: they were not
     * handed over again. Behind a loss of power that is what went out since marks were forced, and what was only reserved ({@link
     * io.millrace.transport.Resumption#marked}). Each start tells of them until the receiver has dealt with one more, since
     * marks know of that one only then: the same numbers in another start are the same doubt. A process that is killed before it asks has them
     * in its log (io.millrace.engine, WARNING), where each is said before its receiver is given more.
     *
     * @return a line for each such receiver: its output, and the numbers of the first and the last, counted from 1
     */
    public List<String> inDoubt() {
        return inDoubt;
    }

    /**
     * Requests of bound look-ups ({@link Setup#lookup}) to which the journal has no reply: they are asked again, by the ids they had.
     *
     * @return how many; of more than may be open ({@link io.millrace.transport.Asking#openAtMost}) the oldest fail at once
     */
    public int openRequests() {
        return openRequests;
    }

    /**
     * What the journal says of itself.
     *
     * @return for people: what was cut, what differs, which snapshot it began with where that is not the newest, and why
     */
    public String report() {
        return report;
    }

    @Override
    public String toString() {
        return next - first + " entries read again in " + took.toMillis() + " ms"
                + (report.isEmpty() ? "" : "; " + report)
                + (openRequests == 0 ? "" : "; " + openRequests + " open requests")
                + (inDoubt.isEmpty() ? "" : "; in doubt: " + String.join("; ", inDoubt));
    }
}
