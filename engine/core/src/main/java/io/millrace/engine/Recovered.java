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

    /** The bytes of the entries that were read. */
    long bytes() {
        return bytes;
    }

    /**
     * Returns the place of the first entry that was read again.
     *
     * @return 0, or the place after the snapshot
     */
    public long first() {
        return first;
    }

    /**
     * Returns the place of the first new entry.
     *
     * @return 0 if the journal was empty
     */
    public long next() {
        return next;
    }

    /**
     * Returns how long it took to read and evaluate the entries.
     *
     * @return zero if there were none
     */
    public Duration took() {
        return took;
    }

    /**
     * Returns how many events of an input the journal has. A publisher that numbers its events goes on after these.
     *
     * <p>Events dropped for lack of room ({@link Overflow#DROP_NEWEST}, {@link Overflow#dropOldest}) are included as
     * far as the journal was told. A run of drops is recorded with the next event that finds room, so the events
     * dropped last may be published again, but none that was taken.
     *
     * <p>On an input that conflates, events are not taken in the order in which they were published, and no number
     * tells which of them are in the journal. The same is true of an input with several publishers. There, publish
     * again everything not known to be durable ({@link Engine#durable}), with ids for {@code dedupe} if an event must
     * not count twice.
     *
     * @param input an input of the topology
     * @return the number of events; redriven ones are not counted again
     * @throws IllegalArgumentException if the topology has no such input; the message lists those it has
     */
    public long events(Input<?> input) {
        return marks(input).brought();
    }

    /**
     * Tells whether an input had ended.
     *
     * @param input an input of the topology
     * @return true if its end is in the journal
     * @throws IllegalArgumentException if the topology has no such input; the message lists those it has
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
     * Returns the outputs that had been handed to a receiver when the process ended, and that the receiver may or may
     * not have processed. They were not handed over again. After a power loss these are the outputs handed over since
     * marks were last forced, and those only reserved ({@link io.millrace.transport.Resumption#marked}).
     *
     * <p>Each start reports them until the receiver has processed one more event, because only then do the marks know
     * of it: the same numbers at another start are the same doubt. They are also logged (WARNING,
     * {@code io.millrace.engine}) before the receiver gets more, so a process that is killed before it asks has them in
     * its log.
     *
     * @return a line for each such receiver: its output, and the numbers of the first and the last output, counted from
     *     1
     */
    public List<String> inDoubt() {
        return inDoubt;
    }

    /**
     * Returns the number of requests of bound look-ups ({@link Setup#lookup}) to which the journal has no reply. They
     * are sent again with the ids they had.
     *
     * @return the number; if it exceeds the bound ({@link io.millrace.transport.Asking#openAtMost}), the oldest
     *     requests fail at once
     */
    public int openRequests() {
        return openRequests;
    }

    /**
     * Returns what the journal reports about itself, for people to read.
     *
     * @return what was cut, what differs and, if the start did not begin with the newest snapshot, which one it began
     *     with and why
     */
    public String report() {
        return report;
    }

    @Override
    public String toString() {
        return next - first + " entries of the journal processed again in " + took.toMillis() + " ms"
                + (report.isEmpty() ? "" : "; " + report)
                + (openRequests == 0 ? "" : "; " + openRequests + " open requests are asked again")
                + (inDoubt.isEmpty() ? "" : "; in doubt: " + String.join("; ", inDoubt));
    }
}
