package io.millrace.bench.kill;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file of lines that a killed process leaves and the next one goes on with: a line that was cut off is taken away. */
final class Lines implements Closeable {
    private final RandomAccessFile file;
    private final StringBuilder gathered = new StringBuilder();
    private final List<String> found;

    Lines(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "rw");
        byte[] bytes = Files.readAllBytes(path);
        int whole = bytes.length;
        while (whole > 0 && bytes[whole - 1] != '\n') {
            whole--;
        }
        file.setLength(whole);
        file.seek(whole);
        found = new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().toList();
    }

    /** What was there at the opening. */
    List<String> found() {
        return found;
    }

    /** Gathers a line. */
    void put(String line) {
        gathered.append(line).append('\n');
    }

    /** Hands all gathered lines to the system in one call: from there on they survive the process. */
    void flush() throws IOException {
        if (gathered.length() > 0) {
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
