package io.millrace.bench.kill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has to be outside in the end, worked out with maps: lines by output and key, in order. Knows nothing of the engine. */
final class Model {
    final Map<Long, List<String>> sums = new TreeMap<>();
    final Map<Long, List<String>> counts = new TreeMap<>();
    final Map<Long, List<String>> silent = new TreeMap<>();

    private static final class Key {
        long sum;
        long last = -1;
        long windowMs = -1;
        long count;
        long windowSum;
    }

    Model(int producers, long events) {
        for (int p = 0; p < producers; p++) {
            Map<Long, Key> keys = new TreeMap<>();
            for (long n = 0; n < events; n++) {
                Load.Numbered e = Load.Numbered.of(p, n);
                take(e.key(), n, e.value(), keys.computeIfAbsent(e.key(), k -> new Key()));
            }
            keys.forEach((key, state) -> {
                endWindow(key, state);
                put(silent, key, Long.toString(state.last));
            });
        }
    }

    private void take(long key, long n, long value, Key state) {
        if (state.last >= 0 && (n - state.last) * 1_000_000 > Load.SILENT_NS) {
            put(silent, key, Long.toString(state.last));
        }
        long windowMs = n / Load.WINDOW_MS * Load.WINDOW_MS;
        if (windowMs != state.windowMs) {
            endWindow(key, state);
            state.windowMs = windowMs;
        }
        state.count++;
        state.windowSum += value;
        state.sum += value;
        state.last = n;
        put(sums, key, n + " " + state.sum);
    }

    private void endWindow(long key, Key state) {
        if (state.count > 0) {
            put(counts, key, state.windowMs + " " + state.count + " " + state.windowSum);
        }
        state.count = 0;
        state.windowSum = 0;
    }

    private static void put(Map<Long, List<String>> lines, long key, String line) {
        lines.computeIfAbsent(key, k -> new ArrayList<>()).add(line);
    }
}
