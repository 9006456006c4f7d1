package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Held;
import io.millrace.operators.process.ManualRun;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a topology puts out for a log, on one thread and on several under any schedule: by output what came, and where. */
public final class StagedRun {
    private StagedRun() {}

    /** On one thread. */
    public static Map<String, List<String>> fused(Topology topology, List<byte[]> log, PlanOptions options) {
        return fused(topology, log, options, -1, core -> {});
    }

    /** On one thread, killed and restored before an entry. */
    public static Map<String, List<String>> fused(
            Topology topology, List<byte[]> log, PlanOptions options, int killedAt, Consumer<Core> atEnd) {
        Collected out = new Collected();
        Core core = new Core(Planner.plan(topology, options), out);
        for (int q = 0; q < log.size(); q++) {
            core = q == killedAt ? ManualRun.restored(core, new Core(core.plan(), out)) : core;
            core.process(q, log.get(q), 0);
        }
        atEnd.accept(core);
        return out.bySink;
    }

    /** On several, which move in random turns, each as far as it can. */
    public static Map<String, List<String>> staged(Topology topology, List<byte[]> log, long seed) {
        return staged(topology, log, PlanOptions.tested(), seed);
    }

    /** The same with other options. */
    public static Map<String, List<String>> staged(
            Topology topology, List<byte[]> log, PlanOptions options, long seed) {
        Collected out = new Collected();
        Core core = new Core(Planner.plan(topology, options.withThreads().withSmallestRings()), out);
        SplittableRandom random = new SplittableRandom(seed * 31);
        int[] at = new int[core.stageCount()];
        int over = 0;
        for (int turns = 0; over < at.length; turns++) {
            assertTrue(turns < 100_000, "stages do not move");
            int stage = random.nextInt(at.length);
            int burst = 1 + random.nextInt(12);
            while (burst-- > 0 && at[stage] < log.size() && core.tryStage(stage, at[stage], log.get(at[stage]), 0)) {
                over += ++at[stage] == log.size() ? 1 : 0;
            }
            if (at[stage] == log.size() || random.nextInt(4) == 0) {
                core.publishStage(stage);
            }
        }
        return out.bySink;
    }

    private static final class Collected implements Ports {
        private final Map<String, List<String>> bySink = new TreeMap<>();

        @Override
        @SuppressWarnings("unchecked")
        public SinkPort sink(Output<?> output) {
            EventType<Object> type = (EventType<Object>) output.type();
            List<String> lines = bySink.computeIfAbsent(output.name(), n -> new ArrayList<>());
            byte[] bytes = new byte[type.maxLength()];
            return flow -> {
                int length = Held.copyValue(flow, type, bytes, 0);
                lines.add(flow.sequence() + "." + flow.ordinal() + " " + flow.form() + " " + type.text(bytes, 0, length)
                        + " at " + flow.timeNs() + " of " + flow.correlationId() + " because " + flow.reason());
            };
        }

        @Override
        public DeadLetterPort deadLetters(int stage) {
            return (sequence, node, reason, detail, cause, entry, offset) -> {};
        }

        @Override
        public boolean isLive(Input<?> input) {
            return false;
        }
    }
}
