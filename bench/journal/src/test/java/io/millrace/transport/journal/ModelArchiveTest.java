package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Crash images are of files that a model writes: from the same frames it makes, bit by bit, the files that Aeron's archive made. */
@Timeout(120)
class ModelArchiveTest {
    private static final int ENTRIES = 600;

    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "DISK"})
    void shouldWriteTheFilesThatTheArchiveWrites(Durability level) throws IOException {
        Random random = new Random(Long.getLong("millrace.seed", 1));
        try (Scratch scratch = new Scratch()) {
            Path real = Files.createDirectories(scratch.directory().resolve("real"));
            Path model = Files.createDirectories(scratch.directory().resolve("model"));
            record(real, level, random);
            Epoch epoch = Manifest.read(real).epochs.get(0);
            List<Path> files = files(epoch.directory(real));
            List<byte[]> frames = frames(files, epoch);
            Files.createDirectories(epoch.directory(model));
            write(frames, epoch, model, random);
            requireSame(files, files(epoch.directory(model)));
            assertTrue(files.size() > 3, files.size() + " files");
            assertTrue(frames.stream().anyMatch(f -> f.length > epoch.mtuBytes()), "a frame of several pieces");
        }
    }

    /** With the real one: entries of all lengths, in frames of few and of many. */
    private static void record(Path directory, Durability level, Random random) {
        Settings settings = new Settings(directory).with(s -> {
            s.termBytes = 64 << 10;
            s.segmentBytes = 128 << 10;
            s.reserveBytes = 0;
            s.level = level;
        });
        try (JournalLog log = new ArchiveJournal(settings).open(CrashRun.FACTS)) {
            for (int i = 0; i < ENTRIES; i++) {
                boolean isLong = random.nextInt(10) == 0;
                byte[] entry = new byte[16 + random.nextInt(isLong ? log.longestEntry() - 15 : 1_000)];
                random.nextBytes(entry);
                while (!log.append(entry, 0, entry.length)) {
                    log.work();
                }
                if (random.nextInt(5) == 0) {
                    log.commit();
                    log.work();
                }
            }
            while (!log.commit() || log.durable() < log.next() - 1) {
                log.work();
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(f -> Epoch.baseOf(f.getFileName().toString()) >= 0)
                    .sorted((a, b) -> Long.compare(
                            Epoch.baseOf(a.getFileName().toString()),
                            Epoch.baseOf(b.getFileName().toString())))
                    .toList();
        }
    }

    /** What was sent: pieces put together, padding left out, up to where nothing stands any more. */
    private static List<byte[]> frames(List<Path> files, Epoch epoch) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            assertEquals(epoch.segmentBytes(), bytes.length, file.toString());
            for (int at = 0; at < bytes.length && AeronFrame.length(bytes, at) > 0; ) {
                int length = AeronFrame.length(bytes, at);
                if (!AeronFrame.isPadding(bytes, at)) {
                    frame.write(bytes, at + AeronFrame.HEADER, length - AeronFrame.HEADER);
                    if ((AeronFrame.flags(bytes, at) & AeronFrame.LAST_PIECE) != 0) {
                        frames.add(frame.toByteArray());
                        frame.reset();
                    }
                }
                at += AeronFrame.aligned(length);
            }
        }
        assertEquals(0, frame.size(), "bytes of a frame without an end");
        return frames;
    }

    private static void write(List<byte[]> frames, Epoch epoch, Path journal, Random random) throws IOException {
        ModelArchive model = new ModelArchive(epoch, journal, new CrashDisk(journal));
        for (byte[] frame : frames) {
            model.send(frame, frame.length);
            if (random.nextInt(3) == 0) {
                model.record(1 + random.nextInt(6));
            }
        }
        while (!model.isIdle()) {
            model.record(1 + random.nextInt(6));
        }
    }

    private static void requireSame(List<Path> expected, List<Path> files) throws IOException {
        assertEquals(names(expected), names(files));
        for (int i = 0; i < files.size(); i++) {
            byte[] one = Files.readAllBytes(expected.get(i));
            byte[] other = Files.readAllBytes(files.get(i));
            int differs = Arrays.mismatch(one, other);
            String where = files.get(i).getFileName() + ", byte " + differs;
            if (differs >= 0) {
                assertArrayEquals(
                        Arrays.copyOfRange(one, differs, Math.min(one.length, differs + 64)),
                        Arrays.copyOfRange(other, differs, Math.min(other.length, differs + 64)),
                        where);
            }
            assertEquals(-1, differs, where);
        }
    }

    private static List<String> names(List<Path> files) {
        return files.stream().map(f -> f.getFileName().toString()).toList();
    }
}
