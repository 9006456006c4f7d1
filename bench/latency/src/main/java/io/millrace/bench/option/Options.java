package io.millrace.bench.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The options of a command: {@code --name VALUE} or {@code --name=VALUE}, in any order, each at most once, each with a
 * default.
 */
public final class Options {
    private record Option(String fallback, String description, boolean flag) {}

    private final String summary;
    private final Map<String, Option> known = new LinkedHashMap<>();
    private final Map<String, String> given = new LinkedHashMap<>();

    /** For a command that does what the summary says. */
    public Options(String summary) {
        this.summary = summary;
    }

    /** Declares an option; an empty default means that it is not given. */
    public Options add(String name, String fallback, String description) {
        known.put(name, new Option(fallback, description, false));
        return this;
    }

    /** Declares an option without a value. */
    public Options flag(String name, String description) {
        known.put(name, new Option("", description, true));
        return this;
    }

    /** Reads the command line. */
    public Options parse(List<String> arguments) throws UsageException {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                throw new UsageException("'" + argument + "' is not an option; options are --name VALUE");
            }
            int equals = argument.indexOf('=');
            String name = argument.substring(2, equals < 0 ? argument.length() : equals);
            requireKnown(name);
            if (known.get(name).flag && equals >= 0) {
                throw new UsageException("--" + name + " takes no value");
            }
            if (equals < 0 && !known.get(name).flag && i + 1 == arguments.size()) {
                throw new UsageException("--" + name + " needs a value: " + known.get(name).description);
            }
            String value =
                    known.get(name).flag ? name : equals < 0 ? arguments.get(++i) : argument.substring(equals + 1);
            if (given.put(name, value) != null) {
                throw new UsageException("--" + name + " is given twice");
            }
        }
        return this;
    }

    private void requireKnown(String name) throws UsageException {
        if (!known.containsKey(name)) {
            String nearest = null;
            for (String candidate : known.keySet()) {
                if (nearest == null || distance(name, candidate) < distance(name, nearest)) {
                    nearest = candidate;
                }
            }
            throw new UsageException(
                    "unknown option --" + name + (nearest == null ? "" : "; the nearest is --" + nearest));
        }
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(same, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }

    /** A value, or its default. */
    public String get(String name) {
        String value = given.get(name);
        return value == null ? known.get(name).fallback : value;
    }

    /** Whether a value was given, or there is a default. */
    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    /** A whole number within bounds. */
    public long number(String name, long least, long most) throws UsageException {
        return number(name, get(name), least, most);
    }

    /** One of an enum, in any case. */
    public <E extends Enum<E>> E oneOf(String name, Class<E> type) throws UsageException {
        return oneOf(name, get(name), type);
    }

    /** Some of an enum, in any case, with commas. */
    public <E extends Enum<E>> List<E> allOf(String name, Class<E> type) throws UsageException {
        List<E> all = new ArrayList<>();
        for (String word : list(name)) {
            all.add(oneOf(name, word, type));
        }
        return all;
    }

    /** What one of an enum a part of a value is. */
    public static <E extends Enum<E>> E oneOf(String name, String word, Class<E> type) throws UsageException {
        List<String> names = new ArrayList<>();
        for (E e : type.getEnumConstants()) {
            if (e.name().equalsIgnoreCase(word)) {
                return e;
            }
            names.add(e.name().toLowerCase(Locale.ROOT));
        }
        throw new UsageException("--" + name + " " + word + " is not one of " + names);
    }

    /** What is written as such a number. */
    public static long number(String name, String text, long least, long most) throws UsageException {
        try {
            long value = Long.parseLong(text.replace("_", ""));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UsageException("--" + name + " " + text + " is not a whole number from " + least + " to " + most);
    }

    /** A list with commas, not empty. */
    public List<String> list(String name) throws UsageException {
        List<String> items = new ArrayList<>();
        for (String item : get(name).split(",")) {
            if (!item.isBlank()) {
                items.add(item.strip());
            }
        }
        if (items.isEmpty()) {
            throw new UsageException("--" + name + " needs a list with commas");
        }
        return items;
    }

    /** The options that were given, as one would type them. */
    public String line() {
        StringBuilder line = new StringBuilder();
        given.forEach((name, value) -> {
            line.append(" --").append(name);
            if (!known.get(name).flag) {
                line.append(value.contains(" ") ? " \"" + value + '"' : ' ' + value);
            }
        });
        return line.toString();
    }

    /** What {@code --help} prints. */
    public String help() {
        StringBuilder help = new StringBuilder(summary).append('\n');
        known.forEach((name, option) -> help.append(String.format(
                "  --%-12s %s%s%n",
                name, option.description, option.fallback.isEmpty() ? "" : " (default " + option.fallback + ")")));
        return help.toString();
    }
}
