package io.millrace.bench.workloads;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The catalogue of loops: the best one of each workload first, which is the baseline, then those it beat, last the
 * reference.
 */
public final class Loops {
    /** The name of the reference among the variants. */
    public static final String REFERENCE = "reference";

    private Loops() {}

    private static Map<String, Supplier<Loop>> of(Workload workload) {
        Map<String, Supplier<Loop>> loops = new LinkedHashMap<>();
        switch (workload) {
            case W0 -> loops.put("plain", W0Loop::new);
            case W1 -> {
                loops.put("records", W1RecordsLoop::new);
                loops.put("columns", W1ColumnsLoop::new);
            }
            case W2 -> loops.put("chains", W2ChainsLoop::new);
            case W3 -> {
                loops.put("fifo", () -> new W3FifoLoop(false));
                loops.put("records", () -> new W3RecordsLoop(false));
                loops.put("split", () -> new W3RecordsLoop(true));
                loops.put("objects", W3ObjectsLoop::new);
            }
            case W3X -> loops.put("fifo", () -> new W3FifoLoop(true));
            case W4 -> {
                loops.put("fifo", W4Loop::new);
                loops.put("records", W4RecordsLoop::new);
            }
            case W5 -> loops.put("records", W5Loop::new);
        }
        loops.put(REFERENCE, () -> Reference.of(workload));
        return loops;
    }

    /** The names of the loops of a workload, the best first. */
    public static List<String> variants(Workload workload) {
        return List.copyOf(of(workload).keySet());
    }

    /** The best loop known. */
    public static Loop best(Workload workload) {
        return of(workload).values().iterator().next().get();
    }

    /** The best one known where events come in batches. */
    public static Loop bestInBatches(Workload workload) {
        return workload == Workload.W4 ? variant(workload, "records") : best(workload);
    }

    /**
     * A loop by name.
     *
     * @throws IllegalArgumentException when there is none; names those there are
     */
    public static Loop variant(Workload workload, String name) {
        Supplier<Loop> loop = of(workload).get(name);
        if (loop == null) {
            throw new IllegalArgumentException(
                    "workload " + workload + " has no loop " + name + ", it has " + variants(workload));
        }
        return loop.get();
    }

    /** The answer of a loop to the first {@code n} events, the end of input included. */
    public static Answer answer(Loop loop, Generator generator, long n) {
        Answer answer = new Answer();
        Tx tx = new Tx();
        for (long i = 0; i < n; i++) {
            generator.fill(i, tx);
            loop.on(tx, answer);
        }
        loop.end(answer);
        return answer;
    }
}
