package io.millrace.bench.kill;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of lines that a killed process leaves and the next one goes on with: a line that was cut off is taken away. */
final class Lines implements Closeable {
    private final RandomAccessFile file;
    private final StringBuilder gathered = new StringBuilder();
    private final long found;
    private final String last;

    Lines(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "rw");
        byte[] bytes = Files.readAllBytes(path);
        long lines = 0;
        int begin = 0;
        int whole = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines++;
                begin = whole;
                whole = i + 1;
            }
        }
        file.setLength(whole);
        file.seek(whole);
        found = lines;
        last = whole == 0 ? null : new String(bytes, begin, whole - 1 - begin, StandardCharsets.UTF_8);
    }

    /** How many were there at the opening. */
    long found() {
        return found;
    }

    /** The last one that was there; null when there was none. */
    String last() {
        return last;
    }

    /** Gathers a line. */
    void put(String line) {
        gathered.append(line).append('\n');
    }

    /** Whether there is something to flush. */
    boolean hasGathered() {
        return gathered.length() > 0;
    }

    /** Hands all gathered lines to the system in one call: from there on they survive the process. */
    void flush() throws IOException {
        if (hasGathered()) {
            file.write(gathered.toString().getBytes(StandardCharsets.UTF_8));
            gathered.setLength(0);
        }
    }

    @Override
    public void close() throws IOException {
        flush();
        file.close();
    }
}
