package io.millrace.operators.score;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a text line by line, counts the lines, and bounds how much of a hostile one is held. */
final class ModelLines {
    /** A tree of the most leaves allowed needs about 3.5 million characters for its longest line. */
    static final int LINE_CHARS_MAX = 1 << 24;

    /** What a decoder writes for bytes that are no character. */
    private static final char REPLACEMENT = '\uFFFD';

    private final Reader reader;
    private final String source;
    private final StringBuilder buffer = new StringBuilder();
    private int number;

    ModelLines(Reader reader, String source) {
        this.reader = new BufferedReader(reader);
        this.source = source;
    }

    /** Bytes that are no character become {@link #REPLACEMENT}, so that the line they stand in can be named. */
    static Reader open(Path path) throws IOException {
        return new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8);
    }

    /** The next line that is not blank, or null at the end. A carriage return before the line feed is dropped. */
    Line next() throws IOException {
        while (readLine()) {
            String text = buffer.toString().strip();
            if (!text.isEmpty()) {
                return new Line(source, number, text);
            }
        }
        return null;
    }

    /** The text ended where more was needed. */
    ModelFormatException truncated(String where, String cure) {
        return new ModelFormatException(source, Math.max(number, 1), "the text ends too early", where, cure);
    }

    private boolean readLine() throws IOException {
        buffer.setLength(0);
        int c = reader.read();
        if (c < 0) {
            return false;
        }
        number++;
        while (c >= 0 && c != '\n') {
            append((char) c);
            c = reader.read();
        }
        return true;
    }

    private void append(char c) throws ModelFormatException {
        if (buffer.length() == LINE_CHARS_MAX) {
            throw new ModelFormatException(
                    source,
                    number,
                    "the line is too long",
                    "more than " + LINE_CHARS_MAX + " characters",
                    "give a model in text form");
        }
        if (c == REPLACEMENT) {
            throw new ModelFormatException(
                    source,
                    number,
                    "the text is not UTF-8",
                    "a byte that is no character",
                    "give a model in text form, not compressed");
        }
        buffer.append(c);
    }
}
