package io.millrace.engine;

import io.millrace.journal.Durability;
import io.millrace.transport.Counted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The file of counters that a host keeps for itself ({@link Setup#statFile}), with what is bound to its ports. */
final class StatFiles {
    private StatFiles() {}

    /** Of a live engine; null where none is wanted. */
    static StatFile of(Engine engine, Host host, List<Bindings.BoundSource<?>> sources, Path directory) {
        if (directory == null) {
            return null;
        }
        try {
            return StatFile.of(engine.counting(), StatFile.first(engine), directory, bound(host, sources));
        } catch (Throwable e) {
            throw failed(engine::close, host, directory, e);
        }
    }

    static StatFile.Counting counting(Engine engine, Host host, InputRing ring, Ingress ingress) {
        return new OfLive(engine, host, ring, ingress);
    }

    /** Of an inline host, if one is wanted; answers the host. */
    static Inline with(Inline inline, Host host, List<Bindings.BoundSource<?>> sources, Path directory) {
        if (directory == null) {
            return inline;
        }
        StatFile[] file = new StatFile[1];
        InlineStats asked = new InlineStats(host, () -> {
            if (file[0] != null) {
                file[0].close(inline.stats());
            }
        });
        host.sinks().beside(asked); // before there is a thread that asks all sinks how they are
        try {
            file[0] = StatFile.of(new OfInline(inline, host, asked), inline.stats(), directory, bound(host, sources));
        } catch (Throwable e) {
            throw failed(inline::close, host, directory, e);
        }
        return inline;
    }

    /** What to throw, once the host is closed: whatever it was, nobody else has the host. */
    private static IllegalStateException failed(Runnable close, Host host, Path directory, Throwable e) {
        IllegalStateException failed = new IllegalStateException(
                "engine " + host.name() + ": its counters cannot be written to " + directory + ": " + e
                        + (e instanceof IOException ? "; name a directory that can be written" : ""),
                e);
        try {
            close.run();
        } catch (RuntimeException also) { // what came first is what is to be mended
            (e instanceof Error ? e : failed).addSuppressed(also);
        }
        if (e instanceof Error error) {
            throw error;
        }
        return failed;
    }

    private static Map<String, Counted> bound(Host host, List<Bindings.BoundSource<?>> sources) {
        Map<String, Counted> all = new LinkedHashMap<>();
        for (Bindings.BoundSource<?> s : sources) {
            add(all, "source " + s.input().name(), s.source());
        }
        host.sinks().eachSink((name, sink) -> {
            Object counts = sink instanceof LookupRunner<?, ?> runner ? runner.lookup() : sink;
            add(all, (counts == sink ? "sink " : "lookup ") + name, counts);
        });
        return all;
    }

    /** Several of one port are numbered. */
    private static void add(Map<String, Counted> all, String name, Object of) {
        if (of instanceof Counted counted) {
            String free = name;
            for (int i = 2; all.containsKey(free); i++) {
                free = name + " " + i;
            }
            all.put(free, counted);
        }
    }

    /** What other threads may ask of a live engine. */
    private record OfLive(Engine engine, Host host, InputRing ring, Ingress ingress) implements StatFile.Counting {
        @Override
        public String name() {
            return host.name();
        }

        @Override
        public EngineStats stats() {
            return engine.loop().stats(StatFile.ANSWERS_WITHIN_NS);
        }

        @Override
        public long waiting() {
            return Math.max(0, ring.cursor() - ring.consumed());
        }

        @Override
        public long waits() {
            return ingress.waits();
        }

        @Override
        public long deadLetters() {
            return host.deadLetters().total();
        }

        @Override
        public Health health() {
            return engine.health();
        }

        @Override
        public long durable() {
            return engine.durable() + 1;
        }

        @Override
        public Durability durability() {
            return engine.durability();
        }
    }

    /** What other threads may ask of an inline host. */
    private record OfInline(Inline inline, Host host, InlineStats asked) implements StatFile.Counting {
        @Override
        public String name() {
            return host.name();
        }

        @Override
        public EngineStats stats() {
            return asked.ask(StatFile.ANSWERS_WITHIN_NS);
        }

        @Override
        public long waiting() {
            return inline.waiting();
        }

        @Override
        public long waits() {
            return 0; // who publishes is the engine
        }

        @Override
        public long deadLetters() {
            return host.deadLetters().total();
        }

        @Override
        public Health health() {
            return inline.health();
        }

        @Override
        public long durable() {
            return inline.durable() + 1;
        }

        @Override
        public Durability durability() {
            return inline.durability();
        }
    }
}
