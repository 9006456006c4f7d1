package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A topology that ran with a journal, through the engine's API alone, until all its inputs had ended; and what came out. */
final class LiveRun {
    private static final int EVENTS = 300;
    private static final long STEP_MS = 2_000;
    private static final long STATE_BYTES = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    /** One output as it came. */
    record Came(String id, long sequence, long eventSequence) {}

    /** What was asked outside. */
    private record Asked(String port, long sequence, int ordinal) {}

    final Topology topology;
    final Path journal;
    final Path files;

    /** By output, in the order in which they came. */
    final Map<String, List<Came>> came = new LinkedHashMap<>();

    /** By its place. */
    final Map<Long, MadeEvents.Published> published = new TreeMap<>();

    /** The place of the first entry that is not in the snapshot. */
    long snapshotAt;

    private final List<MadeEvents<?>> events = new ArrayList<>();

    /** By the name of the port. */
    private final Map<String, MadeEvents<?>> answers = new LinkedHashMap<>();

    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final Random random = new Random(1);

    private LiveRun(Topology topology, Path directory) {
        this.topology = topology;
        journal = directory.resolve("journal");
        files = directory.resolve("live");
        topology.inputs().forEach(input -> {
            MadeEvents<?> made = MadeEvents.of(input, random);
            if (made.isOfReplies()) {
                answers.put(input.name(), made);
            } else {
                events.add(made);
            }
        });
    }

    static LiveRun of(TopologyProvider provider, Path directory) throws Exception {
        return of(provider, Map.of(), directory);
    }

    static LiveRun of(TopologyProvider provider, Map<String, String> options, Path directory) throws Exception {
        LiveRun run = new LiveRun(provider.topology(options), directory);
        run.run();
        return run;
    }

    private void run() throws IOException {
        try (OutputFiles to = new OutputFiles(files.toString())) {
            Setup setup =
                    to.bind(Engine.of(topology).stateBudget(STATE_BYTES).journal(ArchiveJournal.in(journal)), topology);
            topology.outputs().forEach(output -> listen(setup, output));
            try (Engine engine = setup.start()) {
                feed(engine);
                drain(engine);
            }
            to.end();
        }
        came.forEach((output, ids) -> assertFalse(ids.isEmpty(), "nothing came out of " + output));
    }

    private void listen(Setup setup, Output<?> output) {
        List<Came> ids = new ArrayList<>();
        came.put(output.name(), ids);
        String replies = output.name().replaceFirst("[.]requests$", ".replies");
        setup.outputWithMeta(output, (event, meta) -> {
            String id = output.name() + "/" + meta.sequence() + "." + meta.ordinal();
            ids.add(new Came(id, meta.sequence(), meta.eventSequence()));
            if (answers.containsKey(replies)) {
                asked.add(new Asked(replies, meta.sequence(), meta.ordinal()));
            }
        });
    }

    /** All inputs in turn, in the order of time; a snapshot in the middle, from which an explanation of what comes later begins. */
    private void feed(Engine engine) {
        long timeMs = 0;
        for (int i = 0; i < EVENTS; i++) {
            timeMs += random.nextInt((int) STEP_MS);
            for (MadeEvents<?> e : events) {
                MadeEvents.Published event = e.publish(engine, TimeUnit.MILLISECONDS.toNanos(timeMs));
                published.put(event.at(), event);
            }
            answer(engine);
            if (i == EVENTS / 2) {
                drain(engine);
                answer(engine);
                snapshotAt = engine.makeSnapshot();
            }
        }
        drain(engine);
        answer(engine);
        events.forEach(e -> e.end(engine));
        answers.values().forEach(e -> e.end(engine));
    }

    private void drain(Engine engine) {
        assertEquals(0, engine.drain(PATIENCE), topology::name);
    }

    /** Two of three; the others are decided without one. */
    private void answer(Engine engine) {
        for (Asked a; (a = asked.poll()) != null; ) {
            if (random.nextInt(3) > 0) {
                answers.get(a.port()).answer(engine, a.sequence(), a.ordinal());
            }
        }
    }

    int outputs() {
        return came.values().stream().mapToInt(List::size).sum();
    }
}
