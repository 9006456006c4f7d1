package io.millrace.operators.score;

import java.util.Map;
import java.util.TreeMap;

/** Key-value lines that belong together: the head of a file, or one tree. */
final class Section {
    private final Line first;
    private final String name;
    private final Map<String, Line> lines = new TreeMap<>();

    Section(Line first, String name) {
        this.first = first;
        this.name = name;
    }

    void add(Line line) throws ModelFormatException {
        Line earlier = lines.putIfAbsent(line.key(), line);
        if (earlier != null) {
            throw line.refuse(
                    "a key stands twice in " + name,
                    line.key() + ", first in line " + earlier.number(),
                    "keep one of them");
        }
    }

    boolean has(String key) {
        return lines.containsKey(key);
    }

    Line line(String key) throws ModelFormatException {
        Line line = lines.get(key);
        if (line == null) {
            throw first.refuse("a key is missing in " + name, key, "save the model again; this file was cut or edited");
        }
        return line;
    }

    Numbers numbers(String key) throws ModelFormatException {
        return new Numbers(line(key));
    }

    /** Refused where this section begins: what is wrong is in none of its lines alone. */
    ModelFormatException refuse(String what, String value, String cure) {
        return first.refuse(what + " in " + name, value, cure);
    }
}
