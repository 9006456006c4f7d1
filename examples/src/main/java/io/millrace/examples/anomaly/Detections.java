package io.millrace.examples.anomaly;

import io.millrace.transport.file.ShortestDouble;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Runs of rows with a score of at least the threshold, and which labels they meet. */
final class Detections {
    private record Found(String from, String to, double max) {}

    private final double threshold;
    private final List<Found> all = new ArrayList<>();
    private String from;
    private String to;
    private double max;

    Detections(double threshold) {
        this.threshold = threshold;
    }

    void add(String timestamp, double score) {
        if (score < threshold) {
            end();
            return;
        }
        if (from == null) {
            from = timestamp;
            max = score;
        }
        to = timestamp;
        max = Math.max(max, score);
    }

    private void end() {
        if (from != null) {
            all.add(new Found(from, to, max));
            from = null;
        }
    }

    void print(PrintStream out, List<Labels.Period> labels) {
        end();
        for (Found f : all) {
            boolean hit = labels.stream().anyMatch(l -> l.meets(f.from, f.to));
            out.println(
                    "detected " + f.from + " " + f.to + " " + ShortestDouble.text(f.max) + " " + (hit ? "hit" : "-"));
        }
        for (Labels.Period l : labels) {
            boolean found = all.stream().anyMatch(f -> l.meets(f.from, f.to));
            out.println("labelled " + l.from() + " " + l.to() + " " + (found ? "found" : "missed"));
        }
    }
}
