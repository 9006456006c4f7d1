package io.millrace.bench.peers;

import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Profiles;
import io.millrace.rig.Latencies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.SynchronousSink;

/** An event goes through on the publisher's thread: when {@code next} returns, all is done that it causes. */
final class ReactorSystem implements SystemUnderTest {
    private final Conditions conditions;
    private final Latencies latencies;
    private final Answer answer = new Answer();
    private final Event event = new Event();
    private FluxSink<Event> door;

    ReactorSystem(Conditions conditions) {
        this.conditions = conditions;
        latencies = conditions.latencies();
        Flux<Event> events = Flux.push(sink -> door = sink, FluxSink.OverflowStrategy.IGNORE);
        results(events).subscribe(result -> answer.hit(result.hash()), Feed::fail);
        if (conditions.generator().workload() == io.millrace.bench.workloads.Workload.W3) {
            for (int rank = 0; rank < Profiles.COUNT; rank++) {
                door.next(event.profile(rank));
            }
        }
    }

    private Flux<Result> results(Flux<Event> events) {
        return switch (conditions.generator().workload()) {
            case W1 -> events.handle(new Seconds()::on).concatMapIterable(totals -> totals);
            case W2 -> {
                Map<Long, Logins> logins = new HashMap<>();
                Pairs pairs = new Pairs();
                yield events.<List<Result>>handle((e, out) -> join(logins, e, pairs, out))
                        .concatMapIterable(found -> found);
            }
            case W3 -> {
                Map<Long, Card> cards = new HashMap<>(2 * Profiles.COUNT);
                yield events.handle((e, out) -> {
                    Result alert =
                            cards.computeIfAbsent(e.card, k -> new Card()).on(e);
                    if (alert != null) {
                        out.next(alert);
                    }
                });
            }
            default -> throw new IllegalArgumentException(conditions.generator().workload() + " is not computed here");
        };
    }

    private static void join(Map<Long, Logins> logins, Event e, Pairs pairs, SynchronousSink<List<Result>> out) {
        logins.computeIfAbsent(e.card, k -> new Logins()).on(e, pairs);
        List<Result> found = pairs.take();
        if (found != null) {
            out.next(found);
        }
    }

    /** W2: a list is made for an event that finds something, and for no other. */
    private static final class Pairs implements Consumer<Result> {
        private List<Result> found;

        @Override
        public void accept(Result pair) {
            if (found == null) {
                found = new ArrayList<>(4);
            }
            found.add(pair);
        }

        /** What was found since; null where nothing was. */
        List<Result> take() {
            List<Result> taken = found;
            found = null;
            return taken;
        }
    }

    /** W1. */
    private static final class Seconds {
        private Map<Long, Second> cards = new HashMap<>();
        private long startMs = Long.MIN_VALUE;

        void on(Event e, SynchronousSink<List<Result>> out) {
            long second = e.timeMs / Arithmetic.SECOND_MS * Arithmetic.SECOND_MS;
            if (second != startMs) {
                List<Result> totals = new ArrayList<>(cards.size());
                cards.forEach((card, of) -> totals.add(of.total(card, startMs)));
                cards.clear();
                startMs = second;
                if (!totals.isEmpty()) {
                    out.next(totals);
                }
            }
            cards.computeIfAbsent(e.card, k -> new Second()).add(e);
        }
    }

    @Override
    public void publish(long i, long intendedNs) {
        door.next(event.with(conditions.generator(), i, intendedNs));
        if (latencies != null && event.amountCents > 0) {
            latencies.decided(i, intendedNs);
        }
    }

    @Override
    public Answer answer() {
        return answer.copy();
    }
}
