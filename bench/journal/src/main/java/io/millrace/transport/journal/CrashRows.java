package io.millrace.transport.journal;

import io.millrace.transport.Resumption;
import io.millrace.transport.file.CsvSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongToIntFunction;

/**
 * A receiver of a host that crashes: a CSV file that goes on, with a row for each entry. Forced with snapshots only; behind a crash it is given what
 * an engine would give it, and has to have each row once: what the log makes, so at level PROCESS, behind a loss of power, without those of entries
 * that the log has lost.
 */
final class CrashRows implements AutoCloseable {
    /** A row, the text of which may have line ends. */
    record Row(long place, String text) {}

    private static final String NAME = "rows.csv";

    /** What may throw anything. */
    private interface Call {
        void run() throws Exception;
    }

    private final Path file;

    /** Null where nobody makes images. */
    private final CrashDisk disk;

    private final LongToIntFunction salt;
    private final CsvSink<Row> sink;
    private long given;

    /** When it was looked at. */
    private long length;

    private CrashRows(Path directory, CrashDisk disk, LongToIntFunction salt) throws IOException {
        file = directory.resolve(NAME);
        this.disk = disk;
        this.salt = salt;
        sink = CsvSink.resume(file.toString(), Row.class);
    }

    /** As a start does: from a snapshot on, all that the log has. */
    static CrashRows start(
            Path directory, CrashDisk disk, LongToIntFunction salt, long snapshot, long next, boolean mayLackItsEnd)
            throws IOException {
        CrashRows rows = new CrashRows(directory, disk, salt);
        try {
            rows.goOn(Math.max(0, snapshot), next, mayLackItsEnd);
            return rows;
        } catch (IOException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private void goOn(long counted, long next, boolean mayLackItsEnd) throws IOException {
        Resumption held = sink.resume("rows");
        length = Files.size(file);
        CrashRun.demand(Wrong.Kind.LOST, held.held() >= counted, "%d of %d rows are held", held.held(), counted);
        given = counted;
        call(() -> held.compared().goOn(counted));
        give(next);
        flush();
        if (held.held() > next && mayLackItsEnd) {
            call(() -> held.compared().giveUp(next));
        }
        CrashRun.demand(Wrong.Kind.DOUBLED, held.held() <= next, "%d rows are held of %d", held.held(), next);
        call(held.compared()::accepted);
        see();
        flush();
    }

    /** What it cuts it forces. */
    private void see() throws IOException {
        if (disk == null) {
            return;
        }
        boolean isCut = Files.size(file) < length;
        length = Files.size(file);
        disk.see(file);
        if (isCut) {
            disk.force(file);
        }
    }

    private static void call(Call what) throws IOException {
        try {
            what.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    void give(long next) throws IOException {
        while (given < next) {
            sink.on(row(given), null);
            given++;
        }
    }

    void flush() throws IOException {
        sink.flush();
        see();
    }

    /** As for a snapshot; the file itself is not forced, which would take its time and show nothing. */
    void sync() throws IOException {
        flush();
        disk.force(file);
        disk.forceDirectory(file.getParent());
    }

    private Row row(long place) {
        Random random = new Random(place * 31 + salt.applyAsInt(place));
        char[] text = new char[random.nextInt(random.nextInt(8) == 0 ? 2_000 : 60)];
        for (int i = 0; i < text.length; i++) {
            text[i] = "abcdefgh,\"\n".charAt(random.nextInt(11));
        }
        return new Row(place, new String(text));
    }

    /** Compares what it holds. */
    void judge() throws IOException {
        StringBuilder whole = new StringBuilder("place,text\n");
        for (long place = 0; place < given; place++) {
            String text = row(place).text();
            boolean quoted = text.indexOf(',') >= 0 || text.indexOf('"') >= 0 || text.indexOf('\n') >= 0;
            whole.append(place).append(',');
            whole.append(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text).append('\n');
        }
        byte[] expected = whole.toString().getBytes(StandardCharsets.UTF_8);
        byte[] found = Files.readAllBytes(file);
        int differs = Arrays.mismatch(expected, found);
        Wrong.Kind kind = found.length > expected.length ? Wrong.Kind.DOUBLED : Wrong.Kind.LOST;
        CrashRun.demand(
                kind,
                differs < 0,
                "rows differ at byte %d of %d, %d are there",
                differs,
                expected.length,
                found.length);
    }

    /** What was gathered goes with the process. */
    void kill() throws IOException {
        sink.abandon();
        disk.see(file);
    }

    @Override
    public void close() throws IOException {
        sink.close();
        if (disk != null) {
            disk.see(file);
        }
    }
}
