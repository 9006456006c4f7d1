package io.millrace.examples.anomaly;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
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

/** What people found unusual: periods of a series, read from JSON. Times are compared as text. */
final class Labels {
    /** A period, both ends inclusive. */
    record Period(String from, String to) {
        boolean meets(String otherFrom, String otherTo) {
            return plain(from).compareTo(plain(otherTo)) <= 0
                    && plain(otherFrom).compareTo(plain(to)) <= 0;
        }
    }

    private static final String CURE = "labels are one object: key -> list of [from, to], each a text";

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

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
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "");
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
        Map<String, List<Period>> all = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(text(file))) {
            require(json.nextToken() == JsonToken.START_OBJECT, file, json);
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = json.currentName();
                json.nextToken();
                all.put(key, periods(file, json));
            }
            require(json.nextToken() == null, file, json);
        } catch (FileFault e) {
            throw e;
        } catch (JacksonException e) {
            long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new FileFault(file, line, "no JSON", e.getOriginalMessage(), CURE);
        } catch (IOException e) {
            throw new FileFault(file, 1, "cannot be read", String.valueOf(e), CURE);
        }
        return all;
    }

    private static List<Period> periods(String file, JsonParser json) throws IOException {
        List<Period> periods = new ArrayList<>();
        require(json.currentToken() == JsonToken.START_ARRAY, file, json);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(json.currentToken() == JsonToken.START_ARRAY, file, json);
            Period period = new Period(time(file, json), time(file, json));
            require(json.nextToken() == JsonToken.END_ARRAY, file, json);
            if (plain(period.to).compareTo(plain(period.from)) < 0) {
                String both = period.from + " to " + period.to;
                throw new FileFault(file, line(json), "a period that ends before it begins", both, CURE);
            }
            periods.add(period);
        }
        return periods;
    }

    private static String time(String file, JsonParser json) throws IOException {
        require(json.nextToken() == JsonToken.VALUE_STRING, file, json);
        return json.getText();
    }

    /** What is no label is not passed over: a count of those that were missed would be too small. */
    private static void require(boolean holds, String file, JsonParser json) throws IOException {
        if (!holds) {
            String found = json.currentToken() == null ? "nothing more" : json.getText();
            throw new FileFault(file, line(json), "no labels", found, CURE);
        }
    }

    private static long line(JsonParser json) {
        return json.currentTokenLocation().getLineNr();
    }
}
