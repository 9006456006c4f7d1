package io.millrace.bench.identical;

import io.millrace.engine.Setup;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The outputs of a stretch of entries, as text with their ids: to name the first one that differs. */
final class Noted {
    private record Line(long sequence, String output, int ordinal, String text) {
        @Override
        public String toString() {
            return "entry " + sequence + ", output " + output + ", number " + ordinal + ": " + text;
        }
    }

    private final long from;
    private final long to;
    private final List<Line> lines = new ArrayList<>();

    Noted(long from, long to) {
        this.from = from;
        this.to = to;
    }

    /** Binds all outputs of the topology. */
    Setup bind(Setup setup) {
        for (Output<?> output : List.of(Mixed.SPREES, Mixed.SECONDS, Mixed.SILENT, Mixed.PAIRS, Mixed.SESSIONS)) {
            bind(setup, output);
        }
        return setup;
    }

    private <V> void bind(Setup setup, Output<V> output) {
        setup.outputWithMeta(output, (event, meta) -> note(output.name(), event, meta));
    }

    private void note(String output, Object event, Meta meta) {
        if (meta.sequence() >= from && meta.sequence() < to) {
            add(new Line(meta.sequence(), output, meta.ordinal(), event.toString()));
        }
    }

    /** Outputs of two stages come from two threads. */
    private synchronized void add(Line line) {
        lines.add(line);
    }

    private List<Line> ordered(long since) {
        return lines.stream()
                .filter(l -> l.sequence >= since)
                .sorted((a, b) -> a.sequence != b.sequence
                        ? Long.compare(a.sequence, b.sequence)
                        : a.output.equals(b.output) ? a.ordinal - b.ordinal : a.output.compareTo(b.output))
                .collect(Collectors.toList());
    }

    /** The first line that one has and the other has not, from an entry on; null when there is none. */
    static String difference(Noted a, Noted b, long since) {
        List<Line> ours = a.ordered(since);
        List<Line> theirs = b.ordered(since);
        for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
            Line x = i < ours.size() ? ours.get(i) : null;
            Line y = i < theirs.size() ? theirs.get(i) : null;
            if (x == null || !x.equals(y)) {
                return (x == null ? "nothing" : x) + " in one, " + (y == null ? "nothing" : y) + " in the other";
            }
        }
        return null;
    }
}
