package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.event.ThrownText;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import java.util.ArrayList;
import java.util.List;

/** A sink, and all outputs of one host that it is bound to. Flushed and closed once, by the thread that hands it its events. */
final class BoundSink {
    private final EventSink<?> sink;
    private final Delivery delivery;
    private final int stage;
    private final boolean sensitive;
    private final List<Output<?>> outputs = new ArrayList<>();
    private final List<ResumedOutput> resumed = new ArrayList<>();
    private final boolean gathers;
    private BlockingSink runner;

    /** The call of an inline sink that its stage is in, in words for who closes; null in none of these. */
    private volatile String inHand;

    /** Whether who closes has been told of that; its own. */
    private boolean inHandTold;

    /** Sensitive where any event of the host is: what a sink throws may know of others than its own. */
    BoundSink(EventSink<?> sink, Delivery delivery, int stage, boolean sensitive) {
        this.sink = sink;
        this.delivery = delivery;
        this.stage = stage;
        this.sensitive = sensitive;
        this.gathers = gathers(sink);
    }

    /** What has a flush of its own: else there is nothing that it would let go. */
    private static boolean gathers(EventSink<?> sink) {
        try {
            return sink.getClass().getMethod("flush").getDeclaringClass() != EventSink.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it is done with an event by the next flush only, and not by the call. */
    boolean gathers() {
        return gathers;
    }

    /** The stage that hands it its events. */
    int stage() {
        return stage;
    }

    EventSink<?> sink() {
        return sink;
    }

    Delivery delivery() {
        return delivery;
    }

    /** Its thread; null for an inline sink, and before the start. */
    BlockingSink runner() {
        return runner;
    }

    void runner(BlockingSink runs) {
        runner = runs;
    }

    void inHand(String call) {
        inHand = call;
    }

    String inHand() {
        return inHand;
    }

    /** The same the first time that it is asked for, then null: who closes again is told nothing anew. */
    String untoldInHand() {
        String call = inHandTold ? null : inHand;
        inHandTold |= call != null;
        return call;
    }

    List<Output<?>> outputs() {
        return outputs;
    }

    /** Adds an output that the sink takes too; answers its index. One thread hands it all of them, in an order that the log says. */
    int add(Output<?> output, Delivery as, int ofStage, ResumedOutput from) {
        if (ofStage != stage) {
            throw new IllegalArgumentException(twoStages(where(), output, "sink"));
        }
        if (!as.equals(delivery)) {
            throw new IllegalArgumentException(
                    where() + " and output " + output.name() + " are bound to one sink with different deliveries ("
                            + delivery + "; " + as + "); bind both with the same delivery");
        }
        outputs.add(output);
        resumed.add(from);
        return outputs.size() - 1;
    }

    /** Whether nothing of it is dropped, so that its thread can number what it gets. */
    boolean isOnceEach() {
        return delivery.isBlocking() && !delivery.isUntethered() && !delivery.dropsNewest();
    }

    /** Where it goes on with an output; null where there is no journal. */
    ResumedOutput resumed(int lane) {
        return resumed.get(lane);
    }

    /** The sink has let go of all it was given. The thread that calls it; where events are missed, the stage's does it. */
    void flushed() {
        if (delivery.isBlocking() && !isOnceEach()) {
            return;
        }
        for (int i = 0; i < resumed.size(); i++) { // no iterator: it would be garbage at each flush
            ResumedOutput r = resumed.get(i);
            if (r != null) {
                r.done();
            }
        }
    }

    static String twoStages(String first, Output<?> second, String what) {
        return first + " and output " + second.name()
                + " are emitted by different stages (see Setup.plan()) and are "
                + "bound to one " + what + ", so the order of its calls would not be defined; "
                + "bind a separate " + what + " to each output, or put both into one stage with onThread(..)";
    }

    SinkFault fault(String what, Throwable cause) {
        return new SinkFault(
                where() + ": its sink " + simpleName() + " " + what
                        + (cause == null ? "" : ": " + ThrownText.of(cause, sensitive)),
                cause);
    }

    String where() {
        return (outputs.size() == 1 ? "output " : "outputs ")
                + String.join(", ", outputs.stream().map(Output::name).toList());
    }

    private String simpleName() {
        String name = sink.getClass().getName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Tells what it says of itself. */
    void tell(Troubles to) {
        to.ofPort(where(), sink::trouble, sink::lost);
    }
}
