package io.millrace.rig;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/** Writes maps, lists, texts, numbers and truth values as JSON. */
public final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /**
     * Writes a value to a file.
     *
     * @param file  made anew
     * @param value map, list, text, number, truth value or null
     * @throws IOException when it cannot be written
     */
    public static void write(Path file, Object value) throws IOException {
        writeText(file, text(value) + "\n");
    }

    /** A file as a whole; when a disk is full, say, Java does not tell which file it was. */
    static void writeText(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage() + "; make room, or name another", e);
        }
    }

    /**
     * A value as JSON.
     *
     * @param value map, list, text, number, truth value or null
     * @return its text
     */
    public static String text(Object value) {
        Json json = new Json();
        json.append(value, "\n");
        return json.out.toString();
    }

    private void append(Object value, String newLine) {
        if (value instanceof Map<?, ?> map) {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            String inner = newLine + "  ";
            out.append('{');
            while (entries.hasNext()) {
                Map.Entry<?, ?> entry = entries.next();
                out.append(inner);
                quote(entry.getKey().toString());
                out.append(": ");
                append(entry.getValue(), inner);
                out.append(entries.hasNext() ? "," : newLine);
            }
            out.append('}');
        } else if (value instanceof Iterable<?> list) {
            String separator = "";
            out.append('[');
            for (Object item : list) {
                out.append(separator);
                append(item, newLine + "  ");
                separator = ", ";
            }
            out.append(']');
        } else if (value instanceof Double d && !Double.isFinite(d)) {
            out.append("null");
        } else if (value instanceof Number || value instanceof Boolean || value == null) {
            out.append(value);
        } else {
            quote(value.toString());
        }
    }

    private void quote(String text) {
        out.append('"');
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
