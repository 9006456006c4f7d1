package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Subscription;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames as a poll gives them, and as no sender writes them, from the memory of the test: no driver is between, so there may be many. Records
 * and SBE messages with groups, variable data and an enum; bare, with our header, and with marks in a file; in one part and in several, which
 * are lost, in another order, without a beginning or an end; of sessions that change. {@link FuzzModel} says what is to become of each.
 */
class ReceivedFuzzTest {
    /** A hundred million by {@code -Dmillrace.fuzz=100000000}. */
    private static final long FRAMES = Long.getLong("millrace.fuzz", 1_000_000);

    private static final long SEED = Long.getLong("millrace.seed", 11);

    /** What the JVM itself may take meanwhile: with two thirds of a million frames, one that keeps ten bytes of each is found. */
    private static final long GROWTH_MAX = 3 << 20;

    private static final int MODES = 3;

    /** Of one type the sources bare, with headers and with marks, of each of which the engine has a share of the frames. */
    private static final class Part<V> {
        private final FuzzType<V> type;
        private final List<FuzzSource<V>> sources = new ArrayList<>();

        /** Of which the frame in hand is. */
        private FuzzSource<V> polled;

        Part(FuzzType<V> type) {
            this.type = type;
        }

        private void open(Path dir, Subscription none, long frames, int nth) throws Exception {
            for (int mode = 0; mode < MODES; mode++) {
                Path marks = mode == 2 ? dir.resolve("marks" + nth) : null;
                long seed = SEED + MODES * nth + mode;
                sources.add(new FuzzSource<>(type, mode == 0, marks, none, frames, seed));
            }
        }

        private Setup bind(Setup to, Runnable behindEach) {
            for (FuzzSource<V> source : sources) {
                to.input(type.in, new Noted(source, behindEach));
            }
            return to.outputWithMeta(type.out, (v, meta) -> polled.event(v, meta));
        }

        /** Knows who is polled. */
        private final class Noted implements EventSource<V> {
            private final FuzzSource<V> source;
            private final Runnable behind;

            Noted(FuzzSource<V> source, Runnable behind) {
                this.source = source;
                this.behind = behind;
            }

            @Override
            public int poll(Target<? super V> to, int most) throws Exception {
                polled = source;
                int came = source.poll(to, most);
                polled = null;
                behind.run();
                return came;
            }

            @Override
            public boolean isFinite() {
                return true;
            }

            @Override
            public void close() {
                source.close();
            }
        }
    }

    private final List<Part<?>> parts =
            List.of(new Part<>(new FuzzNotes()), new Part<>(new FuzzOrders()), new Part<>(new FuzzDeep()));
    private long usedAtFirst;
    private long brokenAtFirst;

    /** Each ends as it should and in no other way, nothing is thrown but where a frame ends beyond its term, memory stays as it was. */
    @Test
    void shouldTakeOrRefuseAMillionFrames(@TempDir Path dir) throws Exception {
        long each = FRAMES / (parts.size() * MODES);
        try (Recording thrown = new Recording();
                AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1)) {
            thrown.enable("jdk.JavaExceptionThrow").withoutStackTrace();
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).open(dir, none, each, i);
            }
            boolean[] isRecording = {false};
            Runnable behindEach = () -> {
                if (!isRecording[0]
                        && given()
                                > FRAMES
                                        / 3) { // behind what the JVM throws while it links code that runs for the first
                    // time
                    isRecording[0] = true;
                    brokenAtFirst = reached(FuzzSource.Reached.BEYOND_TERM);
                    thrown.start();
                    usedAtFirst = used();
                }
            };
            try (Inline engine = engine(behindEach)) {
                engine.run();
                // while it records: what the recorder has in memory goes when it stops
                Streams.await("memory as it was, seed " + SEED, () -> used() - usedAtFirst < GROWTH_MAX);
                thrown.stop();
                assertReached();
                assertEquals(reached(FuzzSource.Reached.BEYOND_TERM) - brokenAtFirst, thrownBy(thrown));
            }
        }
    }

    private Inline engine(Runnable behindEach) {
        Topology through = Millrace.topology("through", t -> {
            for (Part<?> p : parts) {
                through(t, p.type);
            }
        });
        Setup setup = Engine.of(through).onDeadLetter(letter -> {
            for (Part<?> p : parts) {
                if (p.polled != null) {
                    p.polled.letter(letter);
                }
            }
        });
        for (Part<?> p : parts) {
            p.bind(setup, behindEach);
        }
        return setup.inline();
    }

    private static <V> void through(TopologyBuilder t, FuzzType<V> type) {
        t.from(type.in).to(type.out);
    }

    /** Each of what may happen has. */
    private void assertReached() {
        StringBuilder all = new StringBuilder();
        long least = Long.MAX_VALUE;
        for (FuzzModel.End end : FuzzModel.End.values()) {
            long n = sources().stream().mapToLong(s -> s.ends.get(end)[0]).sum();
            all.append(end).append(' ').append(n).append(", ");
            assertTrue(n > FRAMES / 1_000, all.toString());
        }
        for (FuzzSource.Reached what : FuzzSource.Reached.values()) {
            all.append(what).append(' ').append(reached(what)).append(", ");
            least = Math.min(least, reached(what));
        }
        long missing = sources().stream().filter(s -> s.missed > 0).count();
        assertEquals(parts.size() * (MODES - 1), missing, "sources with headers, each of which has missed some");
        assertTrue(least > FRAMES / 200_000, all.toString());
    }

    private List<FuzzSource<?>> sources() {
        List<FuzzSource<?>> all = new ArrayList<>();
        parts.forEach(p -> all.addAll(p.sources));
        return all;
    }

    private long given() {
        return sources().stream().mapToLong(FuzzSource::given).sum();
    }

    private long reached(FuzzSource.Reached what) {
        return sources().stream().mapToLong(s -> s.reached.get(what)[0]).sum();
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** By the thread of the test, which is that of the engine. */
    private static long thrownBy(Recording recording) throws Exception {
        Path file = Files.createTempFile("thrown", ".jfr");
        try {
            recording.dump(file);
            String own = Thread.currentThread().getName();
            return RecordingFile.readAllEvents(file).stream()
                    .filter(e ->
                            e.getThread() != null && own.equals(e.getThread().getJavaName()))
                    .count();
        } finally {
            Files.delete(file);
        }
    }
}
