package io.millrace.transport.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same rules as {@link RowScanner}, written the slow way: one regular expression over the whole text. */
final class NaiveCsv {
    private static final String FIELD = "(?:\"[^\"]*+(?:\"\"[^\"]*+)*+\"|[^,\"\r\n]*+)";
    private static final Pattern ROW = Pattern.compile("(" + FIELD + "(?:," + FIELD + ")*+)(?:\r?\n|\r?\\z)");
    private static final Pattern ONE_FIELD = Pattern.compile("(" + FIELD + ")(?:,|\\z)");

    /** A row; fields is null where it has a problem. Chars are bytes. */
    record Row(long line, String raw, List<String> fields) {}

    private NaiveCsv() {}

    static List<Row> rows(byte[] bytes, int rowBytesMax) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Row> rows = new ArrayList<>();
        int at = text.startsWith("\u00EF\u00BB\u00BF") ? 3 : 0;
        long line = 1;
        while (at < text.length()) {
            int lineEnd = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
            String firstLine = text.substring(at, lineEnd);
            String bare = firstLine.endsWith("\r") ? firstLine.substring(0, firstLine.length() - 1) : firstLine;
            if (bare.matches("[ \t]*") && firstLine.length() <= rowBytesMax + 2) {
                at = lineEnd + 1;
                line++;
                continue;
            }
            Matcher matcher = ROW.matcher(text).region(at, text.length());
            boolean sound = matcher.lookingAt() && matcher.group(1).length() <= rowBytesMax;
            if (!sound) {
                rows.add(new Row(line, bare.substring(0, Math.min(bare.length(), rowBytesMax)), null));
                at = lineEnd + 1;
                line++;
                continue;
            }
            String raw = matcher.group(1);
            rows.add(new Row(line, raw, isUtf8(raw) ? fields(raw) : null));
            line += 1 + raw.chars().filter(c -> c == '\n').count();
            at = matcher.end();
        }
        return rows;
    }

    private static List<String> fields(String row) {
        List<String> fields = new ArrayList<>();
        Matcher matcher = ONE_FIELD.matcher(row);
        int at = 0;
        do {
            matcher.region(at, row.length());
            if (!matcher.lookingAt()) {
                throw new AssertionError("no field at " + at + " of " + row);
            }
            String field = matcher.group(1);
            boolean quoted = field.startsWith("\"");
            fields.add(quoted ? field.substring(1, field.length() - 1).replace("\"\"", "\"") : field);
            at = matcher.end();
        } while (matcher.group().endsWith(",") && !matcher.group(1).equals(matcher.group()));
        return fields;
    }

    static boolean isUtf8(String bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
