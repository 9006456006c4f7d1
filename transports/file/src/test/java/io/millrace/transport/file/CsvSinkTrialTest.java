package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testkit.SinkFaults;
import io.millrace.testkit.SinkTrial;
import io.millrace.transport.EventSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each write of a file fails in the middle, once, or for long, or is the last of its process. */
class CsvSinkTrialTest {
    /** Three rows are more than is gathered. */
    private static final String FILLER = "x".repeat(30_000);

    private static final CsvSink.RowWriter<Long> ROWS =
            (id, meta, row) -> row.putLong(id).putText(FILLER);

    @TempDir
    Path folder;

    private int files;

    /** A file that goes on behind its last whole row. */
    private final class OneFile implements SinkTrial.Outside<Long> {
        private final Path file = folder.resolve(files++ + ".csv");
        private final boolean counts;

        OneFile(boolean counts) {
            this.counts = counts;
        }

        @Override
        public EventSink<Long> open(SinkFaults faults) throws Exception {
            RandomAccessFile flaky = new RandomAccessFile(file.toFile(), "rw") {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    super.write(bytes, offset, length / 2);
                    faults.write();
                    super.write(bytes, offset + length / 2, length - length / 2);
                }
            };
            WrittenRows written = WrittenRows.of(flaky);
            flaky.setLength(written.length());
            RewrittenFile out = new RewrittenFile("x.csv", flaky, written.length());
            CsvWriter writer = CsvWriter.ofWithoutHeader("x.csv", out, 2);
            return counts
                    ? CsvSink.behind(writer, ROWS, new HeldRows("x.csv", flaky, written, out, 0))
                    : CsvSink.of(writer, ROWS);
        }

        @Override
        public List<Long> held() throws Exception {
            String text = Files.readString(file);
            Files.delete(file);
            return ids(text);
        }
    }

    /** A stream for each start. */
    private static final class Streams implements SinkTrial.Outside<Long> {
        private final List<ByteArrayOutputStream> all = new ArrayList<>();

        @Override
        public EventSink<Long> open(SinkFaults faults) throws Exception {
            ByteArrayOutputStream to = new ByteArrayOutputStream();
            all.add(to);
            OutputStream flaky = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    to.write(bytes, offset, length / 2);
                    faults.write();
                    to.write(bytes, offset + length / 2, length - length / 2);
                }
            };
            return CsvSink.of(CsvWriter.ofWithoutHeader("x.csv", flaky, 2), ROWS);
        }

        @Override
        public List<Long> held() {
            List<Long> ids = new ArrayList<>();
            for (ByteArrayOutputStream one : all) {
                String text = one.toString(StandardCharsets.UTF_8);
                ids.addAll(ids(text.substring(0, text.lastIndexOf('\n') + 1))); // the last row may be torn
            }
            return ids;
        }
    }

    private static List<Long> ids(String text) {
        List<Long> ids = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isEmpty()) {
                assertTrue(line.endsWith("," + FILLER), "not a whole row");
                ids.add(Long.parseLong(line.substring(0, line.indexOf(','))));
            }
        }
        return ids;
    }

    private static SinkTrial<Long> few(SinkTrial<Long> trial) {
        return trial.events(20);
    }

    @Test
    void shouldLoseAndDoubleNothingOfAFileThatCountsItsRows() {
        assertTrue(few(SinkTrial.of(() -> new OneFile(true), n -> n)).run() > 20);
    }

    @Test
    void shouldLoseAndDoubleNothingOfAFile() {
        assertTrue(few(SinkTrial.of(() -> new OneFile(false), n -> n)).run() > 20);
    }

    @Test
    void shouldNotHideWhatAStreamHasLost() {
        assertTrue(few(SinkTrial.of(Streams::new, n -> n)).run() > 20);
    }
}
