package io.millrace.bench.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A page with places that a command fills: between {@code <!-- NAME -->} and {@code <!-- /NAME -->}. */
public final class ReadmePage {
    private final Path file;
    private final Map<String, String> places = new LinkedHashMap<>();

    /**
     * A page that is there.
     *
     * @param file read and written as a whole
     */
    public ReadmePage(Path file) {
        this.file = file;
    }

    /**
     * Looks for a place, so that nothing is measured for a page without it.
     *
     * @param place its name
     * @throws IOException when the page has no such place, or cannot be read
     */
    public void require(String place) throws IOException {
        filled(Files.readString(file), place, "");
        if (!Files.isWritable(file)) {
            throw new IOException(file + ": no permission to write it; allow it, or name another");
        }
    }

    /**
     * What is to stand in a place.
     *
     * @param place its name
     * @param words in the place of those that stand there
     */
    public void put(String place, String words) {
        places.put(place, words);
    }

    private String filled(String text, String place, String words) throws IOException {
        String begin = "<!-- " + place + " -->";
        String end = "<!-- /" + place + " -->";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IOException(
                    file + ": has no place for this; put a line " + begin + " and a line " + end + " into it");
        }
        return text.substring(0, from + begin.length()) + "\n\n" + words.strip() + "\n\n" + text.substring(to);
    }

    /**
     * The command, and what its figures depend on besides the code.
     *
     * @param command    as it can be given again
     * @param conditions of the machine
     * @return lines for a page
     */
    public static String conditions(String command, Map<String, Object> conditions) {
        return String.format(
                Locale.ROOT,
                "```console no-run%n$ %s%n```%n%n%s; %s cores (%s; isolated: %s), %s, clock %s, %s, `%s`, load %.1f to %.1f, %s of the time taken"
                        + " away.%n%n",
                command,
                conditions.get("time"),
                conditions.get("cores"),
                conditions.get("cpu"),
                conditions.get("isolated"),
                conditions.get("os"),
                conditions.get("clock"),
                conditions.get("java"),
                conditions.get("flags"),
                conditions.get("load"),
                conditions.get("load after"),
                conditions.get("steal %") instanceof Double d ? String.format(Locale.ROOT, "%.1f %%", d) : "?");
    }

    /**
     * Fills all places; what else the page says may have changed meanwhile.
     *
     * @throws IOException when a place has gone, or the page cannot be written
     */
    public void write() throws IOException {
        String text = Files.readString(file);
        for (Map.Entry<String, String> place : places.entrySet()) {
            text = filled(text, place.getKey(), place.getValue());
        }
        Files.writeString(file, text);
    }
}
