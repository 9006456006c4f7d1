package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.event.ThrownText;
import io.millrace.transport.EventSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * The bound sources of a live engine, each polled by a thread of its own. Set up and started by one thread; what fails is written by the
 * threads of the sources, and read by any.
 */
final class EngineSources {
    private static final int BATCH = 256;

    private final Host host;
    private final List<Bindings.BoundSource<?>> sources;
    private final Ingress ingress;
    private final EngineLoop loop;
    private final BooleanSupplier closing;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final Map<Input<?>, Integer> open = new LinkedHashMap<>();

    /** Null where there is no journal. */
    private Recovered recovered;

    /** What a source has thrown, and what people see of it. */
    private record Failure(Exception thrown, String text) {}

    EngineSources(
            Host host,
            List<Bindings.BoundSource<?>> sources,
            Ingress ingress,
            EngineLoop loop,
            BooleanSupplier closing) {
        this.host = host;
        this.sources = List.copyOf(sources);
        this.ingress = ingress;
        this.loop = loop;
        this.closing = closing;
        sources.forEach(s -> open.merge(s.input(), 1, Integer::sum));
    }

    /** Makes the thread that polls a source. */
    interface Makes {
        Thread make(String input, Runnable body);

        static Makes by(EngineThreads threads) {
            return (input, body) -> threads.make(ThreadPlacement.Role.SOURCE, input, "-" + input, Idle.POLLING, body);
        }
    }

    void prepare() {
        Bindings.prepare(sources);
    }

    /** What was recovered is null where there is no journal. */
    void start(Makes makes, Recovered from) {
        recovered = from;
        if (from != null) {
            requireOneEach(sources, host.name());
            requireAllTaken();
        }
        for (Bindings.BoundSource<?> s : sources) {
            Thread t = makes.make(s.input().name(), () -> poll(s));
            threads.add(t);
            t.start();
        }
    }

    /** The journal does not say which of two sources brought an event of an input, so neither could go on behind its own. */
    static void requireOneEach(List<Bindings.BoundSource<?>> sources, String engine) {
        for (Bindings.BoundSource<?> s : sources) {
            long all = sources.stream().filter(o -> o.input() == s.input()).count();
            if (s.source().beginsAnew() && all > 1) {
                throw new IllegalStateException("engine " + engine + " has a journal, and input "
                        + s.input().name() + " has " + all + " sources. The journal cannot tell "
                        + "their events apart; bind each source to an input of its own");
            }
        }
    }

    /** What a journal has of a source that begins anew is told by a number, and by none where some events were left out. */
    private void requireAllTaken() {
        for (Bindings.BoundSource<?> s : sources) {
            Overflow<?> overflow = host.inputs()
                    .get(host.core().plan().topology().inputs().indexOf(s.input()))
                    .overflow();
            if (s.source().beginsAnew() && overflow != Overflow.BLOCK) {
                throw new IllegalStateException("engine " + host.name() + " has a journal, and input "
                        + s.input().name() + ", whose source starts from the beginning each time, "
                        + "has the overflow policy " + overflow + ". After a restart the journal could not tell "
                        + "which events had been dropped; let the input block, or bind a source that remembers "
                        + "its position (EventSource.beginsAnew)");
            }
        }
    }

    private <V> void poll(Bindings.BoundSource<V> bound) {
        RingPublisher<V> publisher = new RingPublisher<>(ingress, bound.input());
        try {
            SourceTarget<V> target = target(publisher, bound);
            if (pollToItsEnd(bound.source(), target)) {
                target.requireResumed();
                end(publisher, bound.input());
            }
        } catch (InputMarks.Differs e) {
            loop.failed("source of input " + bound.input().name(), e);
        } catch (EngineStoppedException e) {
            assert closing.getAsBoolean() || !loop.isRunning();
        } catch (Throwable t) {
            failed(bound, t);
            if (recovered == null) { // else it may be mended, and goes on at the next start
                end(publisher, bound.input());
            }
        }
        try {
            bound.source().close();
        } catch (Throwable t) {
            failed(bound, t);
        }
    }

    /** A source that begins anew, such as a file, brings once more what the journal has of it. */
    private <V> SourceTarget<V> target(RingPublisher<V> publisher, Bindings.BoundSource<V> bound) {
        InputMarks had = recovered == null || !bound.source().beginsAnew() ? null : recovered.marks(bound.input());
        return new SourceTarget<>(publisher, host, bound.input(), had);
    }

    private <V> boolean pollToItsEnd(EventSource<V> source, SourceTarget<V> target) throws Exception {
        Idle idle = new Idle(Idle.POLLING);
        int n = 0;
        while (!closing.getAsBoolean() && n != EventSource.ENDED) {
            n = source.poll(target, BATCH);
            ingress.work();
            if (n != 0) {
                idle.reset();
            } else if (!Thread.interrupted()) { // an interrupt would make parking return at once, for ever
                idle.idle();
            }
        }
        return n == EventSource.ENDED;
    }

    private void failed(Bindings.BoundSource<?> bound, Throwable t) {
        String text = ThrownText.of(t, host.isSensitive()); // health tells it, and that is logged
        Exception thrown = t instanceof Exception e
                ? e
                : new IllegalStateException("source of input " + bound.input().name() + ": " + text, t);
        failures.add(new Failure(thrown, thrown == t ? text : thrown.toString()));
    }

    /** An input has ended when all sources that are bound to it have. */
    private void end(Publisher<?> publisher, Input<?> input) {
        synchronized (open) {
            if (open.merge(input, -1, Integer::sum) != 0) {
                return;
            }
        }
        if (recovered != null && recovered.hasEnded(input)) {
            return; // it stands in the journal
        }
        try {
            publisher.end();
        } catch (EngineStoppedException e) {
            // the engine has gone first; there is nobody to tell
        }
    }

    List<Thread> threads() {
        return threads;
    }

    /** Tells what is wrong with them. */
    void tell(Troubles to) {
        for (Failure f : failures) {
            to.now("source " + f.text(), "a source failed: " + f.text());
        }
        Bindings.tell(sources, to);
    }

    /** What went wrong; each of them has ended. */
    List<Exception> failures() {
        return failures.stream().map(Failure::thrown).toList();
    }

    /** Where they could not all be started: those that no thread polls; the others close themselves. Answers what failed, or null. */
    EngineStoppedException close() {
        int polled = 0;
        for (Thread t : threads) { // one that could not be started, for want of memory, is the last
            polled += t.getState() == Thread.State.NEW ? 0 : 1;
        }
        return Bindings.close(sources.subList(polled, sources.size()), host.name());
    }
}
