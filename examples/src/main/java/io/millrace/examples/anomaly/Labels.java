package io.millrace.examples.anomaly;

import io.millrace.cli.Nearest;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What people found unusual: periods of a series, read from JSON. Times are compared as text. */
final class Labels {
    /** A period, both ends inclusive. */
    record Period(String from, String to) {
        boolean meets(String otherFrom, String otherTo) {
            return plain(from).compareTo(plain(otherTo)) <= 0
                    && plain(otherFrom).compareTo(plain(to)) <= 0;
        }
    }

    private static final Pattern SERIES = Pattern.compile("\"([^\"]*)\"\\s*:\\s*\\[((?:[^\\[\\]]|\\[[^\\[\\]]*])*)]");
    private static final Pattern PERIOD = Pattern.compile("\\[\\s*\"([^\"]*)\"\\s*,\\s*\"([^\"]*)\"\\s*]");

    private Labels() {}

    /** A time without a fraction of zero. */
    private static String plain(String time) {
        return time.replaceFirst("\\.0+$", "");
    }

    static List<Period> read(String file, String key, String series) throws FileFault {
        Map<String, List<Period>> all = parse(file);
        if (key != null) {
            return periods(file, all, key);
        }
        String path = whole(series);
        String longest = null;
        for (String k : all.keySet()) {
            if (path.endsWith(k) && (longest == null || k.length() > longest.length())) {
                longest = k;
            }
        }
        return periods(file, all, longest == null ? series : longest);
    }

    private static List<Period> periods(String file, Map<String, List<Period>> all, String key) throws FileFault {
        if (!all.containsKey(key)) {
            String nearest = all.isEmpty()
                    ? ""
                    : Nearest.near(key, all.keySet())
                            .map(n -> "; the nearest is " + n)
                            .orElse("");
            throw new FileFault(file, 1, "no such series", key, "name it with --series-key KEY" + nearest);
        }
        return all.get(key);
    }

    private static String text(String file) throws FileFault {
        try (FileInput in = FileInput.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceFirst("^\uFEFF", "")
                    .strip();
        } catch (FileFault e) {
            throw e;
        } catch (IOException e) {
            throw new FileFault(file, 1, "cannot be read", String.valueOf(e), "name a file of labels as JSON");
        }
    }

    /** From the root on: a series is the same one from whichever directory it is named. */
    private static String whole(String series) {
        return series.equals(FileInput.STANDARD_INPUT)
                ? series
                : Path.of(series).toAbsolutePath().normalize().toString();
    }

    private static Map<String, List<Period>> parse(String file) throws FileFault {
        String text = text(file);
        if (!text.startsWith("{") || !text.endsWith("}")) { // the end of a file that was cut off is missing
            throw new FileFault(file, 1, "no JSON object", text, "labels are an object: key -> list of [from, to]");
        }
        Map<String, List<Period>> all = new LinkedHashMap<>();
        Matcher series = SERIES.matcher(text);
        while (series.find()) {
            List<Period> periods = new ArrayList<>();
            Matcher period = PERIOD.matcher(series.group(2));
            while (period.find()) {
                periods.add(new Period(period.group(1), period.group(2)));
            }
            all.put(series.group(1), periods);
        }
        return all;
    }
}
