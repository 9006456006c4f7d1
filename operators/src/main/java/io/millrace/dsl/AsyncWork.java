package io.millrace.dsl;

import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.Joined;
import io.millrace.operators.async.Async;
import io.millrace.topology.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A call to an outside service about each event of a stream, before you say by when it decides. Call
 * {@link #decideWithin} last.
 *
 * <p>The engine itself calls nothing. Requests leave by an output, replies come back as entries of an input, and a
 * replay asks nobody. Each event is decided once: by its reply or, at the deadline or when the reply says that it
 * failed, with a fallback. Progress after this word waits for answers, so none is late. {@link Async} defines it in
 * full.
 *
 * @param <T> the type of the events
 * @param <Q> the type of the requests
 * @param <R> the type of the answers
 */
public class AsyncWork<T, Q, R> {
    private final EventStream<T> base;
    private final String name;
    private final Begun begun;
    private final LookupPort<Q, R> port;
    private final Fn1<? super T, ? extends Q> request;
    private final List<Consumer<Port>> sides = new ArrayList<>();
    private boolean leadsUnanswered;
    private UnaryOperator<Async<T, Q, R>> settings = UnaryOperator.identity();

    AsyncWork(EventStream<T> base, String name, LookupPort<Q, R> port, Fn1<? super T, ? extends Q> request) {
        this.base = base;
        this.name = base.topology.given(name);
        this.port = Objects.requireNonNull(port, "port");
        this.request = request;
        begun = base.topology.begin(name, Site.here(), "nobody is asked; say decideWithin(..)");
    }

    /**
     * Sends answers in the order of the events, all keys together. An event then waits for those before it, at most
     * until their deadlines. By default each answer comes with its reply.
     *
     * @return this
     */
    public AsyncWork<T, Q, R> ordered() {
        set(Async::ordered);
        return this;
    }

    /**
     * Bounds the events that wait for a reply. One more gets the fallback at once; without a fallback, or with
     * {@link #ordered}, it is a dead letter.
     *
     * @param most 1 to 1,048,576; by default 1,024
     * @return this
     */
    public AsyncWork<T, Q, R> inFlightAtMost(int most) {
        set(a -> a.inFlightAtMost(most));
        return this;
    }

    /**
     * Leads replies aside that come after their event was decided without them. They may change what the topology
     * keeps, never the answer. Each comes with the reason in its header. Without this they are counted.
     *
     * @param side what is done with the replies, which come without their events
     * @return this
     */
    public AsyncWork<T, Q, R> lateReplies(Consumer<EventStream<R>> side) {
        begun.requireFirst(topology().graph());
        Objects.requireNonNull(side, "side");
        sides.add(node -> side.accept(new EventStream<>(base.topology, new Port(node.node(), Async.LATE_REPLIES))));
        return this;
    }

    /**
     * Leads events without an answer aside, where there is no fallback. Each comes with the reason in its header. If
     * the side leads them nowhere, each leaves a dead letter with key and time but without the event, which cannot be
     * redriven.
     *
     * @param side what is done with the events
     * @return this
     */
    public AsyncWork<T, Q, R> unanswered(Consumer<EventStream<T>> side) {
        leadsUnanswered = true;
        begun.requireFirst(topology().graph());
        Objects.requireNonNull(side, "side");
        sides.add(node -> side.accept(new EventStream<>(base.topology, new Port(node.node(), Async.UNANSWERED))));
        return this;
    }

    /**
     * Leads events without an answer to an output, where there is no fallback.
     *
     * @param output gets each event once, with the reason in its header
     * @return this
     */
    public AsyncWork<T, Q, R> unansweredTo(Output<T> output) {
        return unanswered(side -> side.to(output));
    }

    private void set(UnaryOperator<Async<T, Q, R>> setting) {
        begun.requireFirst(topology().graph());
        UnaryOperator<Async<T, Q, R>> before = settings;
        settings = a -> setting.apply(before.apply(a));
    }

    /**
     * Decides each event within a time: by the reply, or else with a fallback. A pair with the fallback shows it as its
     * right side, but {@link Joined#hasRight} is false; the header gives the reason.
     *
     * @param within   how long after its arrival an event is decided at the latest: by the clock, or by event time
     *     where a file brings the events
     * @param fallback the right side of an event without a reply, a value of its own (a record)
     * @return one pair for each event, with the event's time and header
     */
    public EventStream<Joined<T, R>> decideWithin(Duration within, R fallback) {
        return new EventStream<>(base.topology, node(within, given(fallback)));
    }

    /**
     * Decides each event within a time: by the reply, or else as {@link #unanswered}. Without that word this is
     * refused, since an event without a reply would be lost. The result is no branch of {@code with}, which needs an
     * answer to each event.
     *
     * @param within how long after its arrival an event is decided at the latest: by the clock, or by event time where
     *     a file brings the events
     * @return one pair for each event that has a reply, with the event's time and header
     */
    public EventStream<Joined<T, R>> decideWithin(Duration within) {
        return new EventStream<>(base.topology, node(within, null));
    }

    /** A null fallback is reported for itself, without a complaint that the word was never completed. */
    final R given(R fallback) {
        begun.complete();
        return Objects.requireNonNull(fallback, "fallback");
    }

    final Port node(Duration within, R fallback) {
        begun.complete();
        String site = Site.here();
        EventStream<R> replies =
                new EventStream<>(base.topology, base.topology.graph().source(port.replies(), site));
        Port node = base.add(name, () -> operator(within, fallback), site, base, replies);
        base.topology.graph().sink(port.requests(), new Port(node.node(), Async.REQUESTS), site);
        sides.forEach(s -> s.accept(node));
        return node;
    }

    private Async<T, Q, R> operator(Duration within, R fallback) {
        if (fallback == null && !leadsUnanswered) {
            throw new IllegalArgumentException("async: an event without a reply would be lost;"
                    + " give decideWithin a fallback, or take such events by unanswered(side -> ...)");
        }
        return settings.apply(
                Async.<T, Q, R>within(port, request, within, base.key()).fallback(fallback));
    }

    final TopologyBuilder topology() {
        return base.topology;
    }
}
