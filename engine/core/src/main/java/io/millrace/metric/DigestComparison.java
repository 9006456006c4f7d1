package io.millrace.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds where two runs of one topology over one log first differ. */
public final class DigestComparison {
    private DigestComparison() {}

    /**
     * Where two digests first differ, as far as checkpoints tell.
     *
     * @param from the first entry at which they can differ
     * @param to the entry after the last one: they do differ somewhere before it
     * @param outputs the outputs that differ first, in the topology's order
     */
    public record Interval(long from, long to, List<String> outputs) {}

    /**
     * The first thing that one run put out and the other did not.
     *
     * @param entry its place in the input order
     * @param node the node that put it out; if there are several at that entry, the one nearest to the inputs
     * @param what how they differ, in words
     */
    public record First(long entry, String node, String what) {
        @Override
        public String toString() {
            return "first difference at entry " + entry + ", node " + node + ": " + what;
        }
    }

    /** One of two runs that can be repeated: from a log, or from input that is generated in the same way each time. */
    @FunctionalInterface
    public interface Replay {
        /**
         * Runs all of it, on a host with empty state.
         *
         * @param options what the host is to keep
         * @return the host's digest at the end
         * @throws Exception if it could not be run
         */
        Digest run(DigestOptions options) throws Exception;
    }

    /**
     * Compares two digests as far as both go: of the longer run, only the part before the end of the shorter one.
     *
     * @param a one run
     * @param b the other
     * @return empty if they are equal as far as can be told. The end of a shorter run is not compared if the longer one
     *     has no checkpoint there
     * @throws IllegalArgumentException if the topologies have different names or outputs
     */
    public static Optional<Interval> compare(Digest a, Digest b) {
        requireAlike(a, b);
        List<long[]> intervals = new ArrayList<>();
        long first = Long.MAX_VALUE;
        for (int i = 0; i < a.outputs().size(); i++) {
            long[] in = interval(a, b, a.outputs().get(i), b.outputs().get(i));
            intervals.add(in);
            first = in == null ? first : Math.min(first, in[0]);
        }
        if (first == Long.MAX_VALUE) {
            return Optional.empty();
        }
        long to = Long.MAX_VALUE;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < intervals.size(); i++) {
            long[] in = intervals.get(i);
            if (in != null && in[0] == first) {
                names.add(a.outputs().get(i).output());
                to = Math.min(to, in[1]);
            }
        }
        return Optional.of(new Interval(first, to, List.copyOf(names)));
    }

    /**
     * Returns how far {@link #compare} goes.
     *
     * @param a one run
     * @param b the other
     * @return the number of entries, from the first on, whose outputs are all compared
     */
    public static long reach(Digest a, Digest b) {
        long common = Math.min(a.entries(), b.entries());
        long step = 1;
        for (int i = 0; i < a.outputs().size() && a.entries() != b.entries(); i++) {
            step = Math.max(step, a.outputs().get(i).every());
            step = Math.max(step, b.outputs().get(i).every());
        }
        return common / step * step;
    }

    private static void requireAlike(Digest a, Digest b) {
        List<String> ours = a.outputs().stream().map(OutputDigest::output).toList();
        List<String> theirs = b.outputs().stream().map(OutputDigest::output).toList();
        if (!a.topology().equals(b.topology()) || !ours.equals(theirs)) {
            throw new IllegalArgumentException("topology " + a.topology() + " with outputs " + ours + " and topology "
                    + b.topology() + " with outputs " + theirs + " cannot be compared; give two runs "
                    + "of the same topology");
        }
    }

    /**
     * The first stretch between places where both know what they had put out; null if they are equal at all of them.
     */
    private static long[] interval(Digest a, Digest b, OutputDigest ours, OutputDigest theirs) {
        long step = Math.max(ours.every(), theirs.every()); // both are powers of two
        long common = Math.min(a.entries(), b.entries());
        long known = common / step;
        long low = 0;
        long high = known + 1;
        while (low + 1 < high) { // equal at low; different at high, or not known
            long mid = low + high >>> 1;
            if (isEqual(ours, theirs, mid * step)) {
                low = mid;
            } else {
                high = mid;
            }
        }
        if (high <= known) {
            return new long[] {low * step, high * step};
        }
        boolean sameEnd = a.entries() == b.entries();
        return sameEnd && !isEqual(ours, theirs, common) ? new long[] {known * step, common} : null;
    }

    private static boolean isEqual(OutputDigest ours, OutputDigest theirs, long entry) {
        OutputDigest.Checkpoint x = ours.before(entry);
        OutputDigest.Checkpoint y = theirs.before(entry);
        return x.events() == y.events() && x.hash() == y.hash();
    }

    /**
     * Finds the first entry at which two runs differ, and the node that put out something else there. Runs each of them
     * twice: once for checkpoints, and again for what every node put out in the stretch that differs.
     *
     * @param a one run
     * @param b the other
     * @return empty if their outputs are equal
     * @throws Exception what a run throws
     */
    public static Optional<First> find(Replay a, Replay b) throws Exception {
        DigestOptions options = DigestOptions.every(64);
        Optional<Interval> in = compare(a.run(options), b.run(options));
        if (in.isEmpty()) {
            return Optional.empty();
        }
        DigestOptions closer = options.withTrace(in.get().from(), in.get().to());
        Digest x = a.run(closer);
        Digest y = b.run(closer);
        Optional<First> first = first(x.trace(), y.trace());
        return first.isPresent() ? first : Optional.of(hidden(in.get(), isWhole(x) && isWhole(y)));
    }

    private static boolean isWhole(Digest d) {
        return d.trace().stream().allMatch(NodeTrace::complete);
    }

    /** The runs differ, but what was traced does not: they do not repeat themselves, or there was too much to trace. */
    private static First hidden(Interval in, boolean whole) {
        return new First(
                in.from(),
                in.outputs().get(0),
                (whole ? "the runs differed, but not when they were repeated" : "more was emitted than is traced")
                        + ", somewhere before entry " + in.to());
    }

    private static Optional<First> first(List<NodeTrace> a, List<NodeTrace> b) {
        First first = null;
        for (NodeTrace x : a) {
            NodeTrace y = b.stream()
                    .filter(n -> n.node().equals(x.node()))
                    .findFirst()
                    .orElse(null);
            First here = y == null ? null : first(x, y);
            if (here != null && (first == null || here.entry() < first.entry())) {
                first = here; // a node stands behind its inputs: of one entry the first one is the cause
            }
        }
        return Optional.ofNullable(first);
    }

    private static First first(NodeTrace x, NodeTrace y) {
        int i = 0;
        int common = Math.min(x.puts().size(), y.puts().size());
        while (i < common && x.puts().get(i).equals(y.puts().get(i))) {
            i++;
        }
        if (i == x.puts().size() && i == y.puts().size()) {
            return null;
        }
        long entry = Math.min(entry(x, i), entry(y, i));
        long ours = count(x, entry);
        long theirs = count(y, entry);
        String what = ours == theirs
                ? "it emits different events there"
                : "it emits " + ours + " events there in one run and " + theirs + " in the other";
        return new First(entry, x.node(), what);
    }

    private static long entry(NodeTrace t, int i) {
        return i < t.puts().size() ? t.puts().get(i).entry() : Long.MAX_VALUE;
    }

    private static long count(NodeTrace t, long entry) {
        return t.puts().stream().filter(p -> p.entry() == entry).count();
    }
}
