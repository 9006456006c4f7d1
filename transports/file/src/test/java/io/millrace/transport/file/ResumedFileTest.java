package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumedFileTest {
    @TempDir
    Path folder;

    private Path file;
    private final byte[] all = new byte[1000];

    @BeforeEach
    void setUp() {
        file = folder.resolve("out.csv");
        new Random(1).nextBytes(all);
    }

    private void write(Random random, byte[] bytes) throws Exception {
        try (FileOutput out = FileOutput.resume(file.toString())) {
            for (int at = 0; at < bytes.length; ) {
                int n = Math.min(bytes.length - at, 1 + random.nextInt(80));
                out.write(bytes, at, n);
                at += n;
            }
        }
    }

    @Test
    void shouldGoOnWhereverItWasCutOff() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int cut = random.nextInt(all.length + 1);
            Files.write(file, Arrays.copyOf(all, cut));
            write(random, all);
            assertArrayEquals(all, Files.readAllBytes(file), "seed " + seed);
        }
    }

    /** A channel would be closed by it. */
    @Test
    void shouldWriteOnWhenItsThreadIsInterrupted() throws Exception {
        for (int part = 0; part < 3; part++) {
            try {
                Thread.currentThread().interrupt();
                if (part == 0) {
                    try (FileOutput out = FileOutput.create(file.toString())) {
                        out.write(all, 0, 100);
                    }
                } else if (part == 1) {
                    write(new Random(5), all);
                } else {
                    try (FileOutput out = behind(500)) {
                        out.write(all, 500, 500);
                    }
                }
            } finally {
                assertTrue(Thread.interrupted(), "it is the caller's");
            }
            assertArrayEquals(part == 0 ? Arrays.copyOf(all, 100) : all, Files.readAllBytes(file), "part " + part);
        }
        Files.writeString(file, "a\n1\n");
        Thread.currentThread().interrupt();
        try (ClaimedFile open = ClaimedFile.open(file)) {
            assertEquals(2, WrittenRows.of(open).rows());
        }
        assertTrue(Thread.interrupted(), "it is the caller's");
    }

    private FileOutput behind(long place) throws Exception {
        String name = file.toString();
        return FileOutput.of(name, new RewrittenFile(name, ClaimedFile.open(file), place));
    }

    /** What a loss of power leaves of bytes that were not forced, pages before and behind them being there. */
    @Test
    void shouldWriteFromAHoleOfZerosOn() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            int from = random.nextInt(all.length);
            byte[] hurt = all.clone();
            Arrays.fill(hurt, from, from + 1 + random.nextInt(all.length - from), (byte) 0);
            Files.write(file, hurt);
            write(random, all);
            assertArrayEquals(all, Files.readAllBytes(file), "seed " + seed);
        }
    }

    @Test
    void shouldMakeAFileThatIsNotThere() throws Exception {
        write(new Random(3), all);
        assertArrayEquals(all, Files.readAllBytes(file));
    }

    @Test
    void shouldNameTheFirstByteThatDiffersAndLeaveTheFileAlone() throws Exception {
        byte[] other = all.clone();
        other[617]++;
        Files.write(file, other);
        FileFault fault = assertThrows(FileFault.class, () -> write(new Random(4), all));
        assertTrue(fault.getMessage().contains("byte 617"), fault.getMessage());
        assertArrayEquals(other, Files.readAllBytes(file));
    }

    @Test
    void shouldSayThatTheFileIsLonger() throws Exception {
        Files.write(file, Arrays.copyOf(all, 1000));
        FileFault fault = assertThrows(FileFault.class, () -> write(new Random(5), Arrays.copyOf(all, 900)));
        assertTrue(fault.getMessage().contains("100 bytes behind byte 900"), fault.getMessage());
        assertEquals(1000, Files.size(file));
    }

    /** A start that is refused behind any part of what it was to write: the file, whatever hole it has, is as it was, and nothing is beside it. */
    @Test
    void shouldLeaveItAsItWasWhereItIsAbandoned() throws Exception {
        for (int seed = 0; seed < 120; seed++) {
            Random random = new Random(seed);
            byte[] found = Arrays.copyOf(all, random.nextInt(all.length + 1));
            if (found.length > 0 && random.nextBoolean()) {
                int from = random.nextInt(found.length);
                int to = random.nextBoolean() ? found.length : from + 1 + random.nextInt(found.length - from);
                Arrays.fill(found, from, to, (byte) 0);
            }
            Files.write(file, found);
            FileOutput out = FileOutput.resume(file.toString());
            int end = random.nextInt(all.length + 1);
            for (int at = 0; at < end; ) {
                int n = Math.min(end - at, 1 + random.nextInt(300));
                out.write(all, at, n);
                at += n;
            }
            out.abandon();
            out.close();
            assertArrayEquals(found, Files.readAllBytes(file), "seed " + seed);
            assertEquals(1, folder.toFile().list().length, "seed " + seed);
        }
        write(new Random(6), all);
        assertArrayEquals(all, Files.readAllBytes(file), "another start has it");
    }

    @Test
    void shouldLeaveNoneWhereThereWasNoneAndItIsAbandoned() throws Exception {
        for (int length : new int[] {0, 1, 1000}) {
            FileOutput out = FileOutput.resume(file.toString());
            out.write(all, 0, length);
            out.abandon();
            assertFalse(Files.exists(file), length + " bytes");
        }
        write(new Random(7), all);
        FileOutput ended = FileOutput.resume(file.toString());
        ended.write(all, 0, all.length);
        ended.close();
        ended.abandon();
        assertArrayEquals(all, Files.readAllBytes(file), "it had ended");
    }

    @Test
    void shouldRefuseWhatIsNoPlainFile() {
        assertThrows(FileFault.class, () -> FileOutput.resume("-"));
        assertThrows(
                FileFault.class,
                () -> FileOutput.resume(folder.resolve("out.csv.gz").toString()));
        assertThrows(FileFault.class, () -> FileOutput.resume(folder.toString()));
    }
}
