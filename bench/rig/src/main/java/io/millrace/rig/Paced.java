package io.millrace.rig;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What an open-loop run gave.
 *
 * @param all       latencies of all decided events, ns from the intended time
 * @param clear     of those not behind a gap of the publisher
 * @param held      whether the rate was held; if not, the figures are void
 * @param elapsedNs from the first intended time until all was processed
 * @param behind    decided events behind a gap: those of {@code all} that are not in {@code clear}
 * @param gaps      gaps of the publisher's pacing loop
 * @param gapNs     their sum
 * @param gapNsMax  the longest
 */
public record Paced(
        Histogram all,
        Histogram clear,
        boolean held,
        long elapsedNs,
        long behind,
        long gaps,
        long gapNs,
        long gapNsMax) {
    /**
     * As texts, for another process.
     *
     * @return names and values, without blanks
     */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("all", HistogramText.of(all));
        map.put("clear", HistogramText.of(clear));
        map.put("held", Boolean.toString(held));
        map.put("elapsedNs", Long.toString(elapsedNs));
        map.put("behind", Long.toString(behind));
        map.put("gaps", Long.toString(gaps));
        map.put("gapNs", Long.toString(gapNs));
        map.put("gapNsMax", Long.toString(gapNsMax));
        return map;
    }

    /**
     * Reads what {@link #toMap} made.
     *
     * @param map names and values
     * @return the same run
     */
    public static Paced of(Map<String, String> map) {
        return new Paced(
                HistogramText.parse(map.get("all")),
                HistogramText.parse(map.get("clear")),
                Boolean.parseBoolean(map.get("held")),
                Long.parseLong(map.get("elapsedNs")),
                Long.parseLong(map.get("behind")),
                Long.parseLong(map.get("gaps")),
                Long.parseLong(map.get("gapNs")),
                Long.parseLong(map.get("gapNsMax")));
    }
}
