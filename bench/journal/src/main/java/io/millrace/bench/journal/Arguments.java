package io.millrace.bench.journal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** What a command was given: {@code --name VALUE} each. Each is taken out; at the end there is to be nothing left. */
final class Arguments {
    private final Map<String, String> given = new HashMap<>();

    /** Said to who has called it so; without words, how it is called. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    /** A command and what is behind it. */
    Arguments(String... words) throws UsageException {
        if (words.length % 2 == 0) {
            throw new UsageException(null);
        }
        for (int i = 1; i < words.length; i += 2) {
            given.put(words[i], words[i + 1]);
        }
    }

    String word(String name, String fallback) {
        String word = given.remove(name);
        return word == null ? fallback : word;
    }

    long number(String name, long fallback, long least, long most) throws UsageException {
        String text = word(name, Long.toString(fallback));
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UsageException(
                name + " " + text + ": not possible; use a whole number from " + least + " to " + most);
    }

    <E extends Enum<E>> E oneOf(String name, E fallback, Class<E> type) throws UsageException {
        String text = word(name, fallback.name());
        try {
            return Enum.valueOf(type, text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    name + " " + text + ": not possible; use one of " + Arrays.toString(type.getEnumConstants()));
        }
    }

    /** What nobody has asked for is a mistake. */
    void end() throws UsageException {
        if (!given.isEmpty()) {
            throw new UsageException("no such option here: " + new TreeSet<>(given.keySet()));
        }
    }
}
