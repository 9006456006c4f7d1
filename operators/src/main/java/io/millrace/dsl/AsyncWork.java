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
 * Work outside that each event of a stream waits for. It stands when it is said within what time it decides: {@link
 * #decideWithin}. What exactly it does says {@link Async}.
 *
 * @param <T> the event
 * @param <Q> the request
 * @param <R> the answer
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
     * Answers come in the order of the events, all keys together: an event waits for those before it, at the longest until they
     * have reached their deadlines. By default each comes with its reply.
     *
     * @return this
     */
    public AsyncWork<T, Q, R> ordered() {
        set(Async::ordered);
        return this;
    }

    /**
     * How many events may wait for their answers, by default 1,024. A further one gets the fallback at once; where there is none,
     * or the order is kept, it is a dead letter.
     *
     * @param most 1 to 1,048,576
     * @return this
     */
    public AsyncWork<T, Q, R> inFlightAtMost(int most) {
        set(a -> a.inFlightAtMost(most));
        return this;
    }

    /**
     * What is done with replies that come when their event has been answered without them: they may change what the topology
     * keeps, never the answer. Each comes with the reason in its header; where nobody asks for them they are counted.
     *
     * @param side the answers, without their events
     * @return this
     */
    public AsyncWork<T, Q, R> lateReplies(Consumer<EventStream<R>> side) {
        begun.requireFirst(topology().graph());
        Objects.requireNonNull(side, "side");
        sides.add(node -> side.accept(new EventStream<>(base.topology, new Port(node.node(), Async.LATE_REPLIES))));
        return this;
    }

    /**
     * What is done with events that got no answer in time, where there is no fallback. Each comes with the reason in its header.
     * A side that leads them nowhere lets them fall: of each a dead letter says key and time, not the event, and cannot be
     * redriven.
     *
     * @param side the events
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
     * Leads events that got no answer in time to an output, where there is no fallback.
     *
     * @param output gets each once, with the reason in its header
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
     * Answers each event within a time: by the reply, or else by a fallback. A pair with the fallback has no right side ({@link
     * Joined#hasRight}) and shows the fallback there; its header says why.
     *
     * @param within   how long after its arrival an event is answered at the latest, by the clock; by event time where a file
     *     brings the events
     * @param fallback a value of its own (a record)
     * @return one pair an event, with the event's time and header
     */
    public EventStream<Joined<T, R>> decideWithin(Duration within, R fallback) {
        return new EventStream<>(base.topology, node(within, given(fallback)));
    }

    /**
     * Answers each event within a time, or says that it is {@link #unanswered}; without that it is refused, since an event
     * without a reply would be lost. It is no branch of {@code with} then, which needs an answer to each event.
     *
     * @param within how long after its arrival an event is answered at the latest, by the clock; by event time where a file
     *     brings the events
     * @return one pair for each event that was answered, with the event's time and header
     */
    public EventStream<Joined<T, R>> decideWithin(Duration within) {
        return new EventStream<>(base.topology, node(within, null));
    }

    /** That it is none is all there is to say: the word stands. */
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
