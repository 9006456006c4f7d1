package io.millrace.engine;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operator.Flow;
import io.millrace.plan.HeldPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What a stage has put out and may not let out yet: outputs wait, in their order, until the entry that caused them is durable. So nobody
 * outside has seen what a crash could take back. It is bounded: when it is full the stage waits, and with it the intake.
 *
 * <p>All of it but {@link #isEmpty} and {@link #waiting} is the stage's thread's, or that of who recovers before that has started; it looks at how far the journal is.
 */
final class HeldOutputs {
    /** A quarter of what a sink may gather between two flushes. */
    static final int LET_OUT_MOST = FlushBound.MOST / 4;

    private final LongSupplier durable;
    private final long firstLive;
    private final List<Lane<?>> lanes = new ArrayList<>();
    private final SinkRing ring;
    private final Idle idle = new Idle(Idle.BRIEF);

    /** Whether it pays to wait for the journal; false when that has failed, or time has run out. */
    private final BooleanSupplier goesOn;

    /** Tells the journal that something waits for it. */
    private Runnable whenWaiting = () -> {};

    /** Before it is waited for room. */
    private Runnable whenFull = () -> {};

    private long givenUp;

    /** Whether a receiver was broken off by what halts the engine: the output is still in hand, and would get a number anew. */
    private boolean brokenOff;

    /** Whether what is durable waits for its number to be reserved. */
    private boolean reserving;

    /** One output. */
    private static final class Lane<V> {
        private final OutputPort port;

        /** Receivers that the stage calls, of which the journal keeps marks. */
        private final ResumedOutput[] resumed;

        private final EventType<V> type;
        private final EventView<V> view;

        @SuppressWarnings("unchecked")
        Lane(OutputPort port, List<ResumedOutput> all) {
            this.port = port;
            resumed = all.stream()
                    .filter(r ->
                            r.isOfStage() && r.output().equals(port.output().name()))
                    .toArray(ResumedOutput[]::new);
            type = (EventType<V>) port.output().type();
            view = type.newView();
        }

        boolean mayLetOut() {
            boolean may = true;
            for (ResumedOutput r : resumed) {
                may &= r.mayBegin();
            }
            return may;
        }

        void letOut(SinkRing ring, boolean live) {
            port.letOut(ring.withValue(view, type.hasCursor()), live);
            assert cut(); // as everywhere where assertions are enabled: a kept view fails
        }

        private boolean cut() {
            view.cut();
            return true;
        }
    }

    /** For the outputs of one stage; what entries before the first live one caused was let out, or could have been, before. */
    static HeldOutputs of(
            Host host, List<OutputPort> ports, long firstLive, LongSupplier durable, BooleanSupplier goesOn) {
        int asked = host.core().plan().options().heldOutputs();
        int entry = host.core().largestEntry();
        room(ports, entry, asked).requireRoom(host.name(), Runtime.getRuntime().maxMemory());
        return new HeldOutputs(ports, host.journal().resumes().all(), entry, asked, firstLive, durable, goesOn);
    }

    HeldOutputs(
            List<OutputPort> ports,
            List<ResumedOutput> resumed,
            int largestEntry,
            int asked,
            long firstLive,
            LongSupplier durable,
            BooleanSupplier goesOn) {
        this.durable = durable;
        this.firstLive = firstLive;
        this.goesOn = goesOn;
        for (OutputPort p : ports) {
            int lane = lanes.size();
            lanes.add(new Lane<>(p, resumed));
            p.heldBy(flow -> hold(lane, flow));
        }
        int slots = room(ports, largestEntry, asked).slots();
        ring = new SinkRing(slots, largestKey(ports), largestEntry, largestValue(ports));
    }

    private static HeldPlan room(List<OutputPort> ports, int largestEntry, int asked) {
        return HeldPlan.of(asked, largestKey(ports), largestEntry, largestValue(ports));
    }

    /** A view may ask for the key of the stream. */
    private static int largestKey(List<OutputPort> ports) {
        return ports.stream().mapToInt(OutputPort::keyBytes).max().orElse(0);
    }

    private static int largestValue(List<OutputPort> ports) {
        return ports.stream().mapToInt(p -> p.output().type().maxLength()).max().orElse(0);
    }

    /** Before the start. */
    void whenWaiting(Runnable told) {
        whenWaiting = told;
    }

    /** Before the start. */
    void whenFull(Runnable told) {
        whenFull = told;
    }

    /** The stage is about to wait: what it holds is not to lie in front of the log. */
    void rests() {
        if (!isEmpty()) {
            whenWaiting.run();
        }
    }

    private void hold(int lane, Flow flow) {
        if (givenUp > 0) {
            givenUp++; // receivers count what they get: behind a gap the numbers would be others than at the next start
            return;
        }
        EventType<?> type = lanes.get(lane).type;
        if (ring.tryWrite(lane, flow, type)) {
            return;
        }
        idle.reset();
        whenFull.run();
        while (!ring.tryWrite(lane, flow, type)) {
            boolean may = goesOn.getAsBoolean(); // before the look: what became durable last is let out
            // one is enough: what receivers publish by it waits until this entry has been evaluated
            if (!letOutNext(durable.getAsLong())) {
                if (!may || brokenOff) {
                    givenUp++;
                    break;
                }
                rests();
                idle.idle();
            }
        }
        idle.restore();
    }

    /** Lets out what is durable by now, so much at most that the stage can look in between; answers whether that was any. */
    boolean letOut() {
        if (ring.nextSequence() == Long.MAX_VALUE) {
            return false;
        }
        long upTo = durable.getAsLong();
        int n = 0;
        while (n < LET_OUT_MOST && letOutNext(upTo)) {
            n++;
        }
        return n > 0;
    }

    /** Lets out one output of an entry up to one that is durable; answers whether there was one. */
    boolean letOutNext(long upTo) {
        long next = ring.nextSequence();
        if (brokenOff || next > upTo || !ring.next()) {
            return false;
        }
        Lane<?> lane = lanes.get(ring.output());
        reserving = !lane.mayLetOut();
        if (reserving) {
            return false;
        }
        brokenOff = true;
        lane.letOut(ring, next >= firstLive);
        brokenOff = false;
        ring.release();
        return true;
    }

    /** Whether something that is durable waits, of which nobody says when it may go. */
    boolean isReserving() {
        return reserving;
    }

    /** Whether nothing waits, or nothing did a moment ago; any thread. */
    boolean isEmpty() {
        return waiting() == 0;
    }

    /** How many wait, or did a moment ago; any thread. */
    long waiting() {
        return ring.waiting();
    }

    /** The last entry up to which all has been let out. */
    long letOutTo() {
        long next = ring.nextSequence();
        return next == Long.MAX_VALUE ? next : next - 1;
    }

    /** Lets out all that is left as it becomes durable, and calls behind each part; answers how many will not be let out by this run. */
    long finish(Runnable behindAPart) {
        idle.reset();
        while (!brokenOff && ring.nextSequence() != Long.MAX_VALUE) {
            boolean may = goesOn.getAsBoolean(); // before the look: what became durable last is let out
            if (letOut()) {
                idle.reset();
                behindAPart.run();
            } else if (may) {
                rests();
                idle.idle();
            } else {
                break;
            }
        }
        idle.restore();
        return givenUp + ring.waiting();
    }
}
