package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.transport.ProcessLock;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file has one writer: who comes second leaves it alone, and says who has it. */
@Timeout(180)
class FileClaimTest {
    record Row(long id) {}

    @TempDir
    Path folder;

    private String file;

    @BeforeEach
    void setUp() {
        file = folder.resolve("rows.csv").toString();
    }

    private String written() throws Exception {
        return Files.readString(Path.of(file));
    }

    /** What is evaluated when an engine is put together comes before anybody knows that another one has the journal. */
    @Test
    void shouldTouchNothingBeforeTheEngineStarts() throws Exception {
        for (boolean resumes : new boolean[] {true, false}) {
            Files.writeString(Path.of(file), "id\n1\n2");
            CsvSink<Row> sink = resumes ? CsvSink.resume(file, Row.class) : CsvSink.of(file, Row.class);
            assertEquals("id\n1\n2", written(), "the other one is in the middle of a row");
            sink.close();
            assertEquals("id\n1\n2", written());
            assertThrows(IllegalStateException.class, sink::begin);
        }
    }

    @Test
    void shouldRefuseAFileThatThisProcessWrites() throws Exception {
        try (CsvSink<Row> first = CsvSink.resume(file, Row.class)) {
            first.begin();
            first.on(new Row(1), null);
            first.flush();
            String message = file + ": is being written already; by this process; end that first, or name another file";
            String link =
                    Files.createLink(folder.resolve("link.csv"), Path.of(file)).toString();
            for (String name : new String[] {file, link}) {
                assertEquals(
                        message.replace(file, name),
                        assertThrows(
                                        FileFault.class,
                                        () -> CsvSink.resume(name, Row.class).begin())
                                .getMessage());
                assertThrows(FileFault.class, () -> CsvSink.of(name, Row.class).begin());
                assertThrows(FileFault.class, () -> FileOutput.create(name));
                assertThrows(FileFault.class, () -> FileOutput.resume(name));
            }
            assertEquals("id\n1\n", written());
            first.on(new Row(2), null);
        }
        assertEquals("id\n1\n2\n", written());
        try (CsvSink<Row> next = CsvSink.resume(file, Row.class)) {
            assertEquals(2, next.resume("rows").held());
        }
    }

    /** Also one that may be written and not be read, which is opened otherwise. */
    @Test
    void shouldClaimAFileThatIsWriteOnly() throws Exception {
        Files.writeString(Path.of(file), "before");
        OutputStream out = PlainFile.WriteOnly.open(Path.of(file));
        out.write("id\n".getBytes(StandardCharsets.US_ASCII));
        assertThrows(FileFault.class, () -> FileOutput.create(file));
        assertEquals("3", attempt());
        out.close();
        out.close();
        assertEquals("id\n", written());
        FileOutput.create(file).close();
    }

    @Test
    void shouldKeepOutOtherProcesses() throws Exception {
        try (CsvSink<Row> first = CsvSink.resume(file, Row.class)) {
            assertEquals(0, first.resume("rows").held());
            first.on(new Row(1), null);
            first.flush();
            assertThrows(
                    FileFault.class,
                    () -> CsvSink.of(file, Row.class).begin()); // which must not give up what keeps them out
            assertEquals("3", attempt());
        }
        assertEquals("id\n1\n", written());
        assertEquals("0", attempt());
        assertEquals("id\n", written());
    }

    /** Which has a list of its own, and the same locks of the system. */
    @Test
    void shouldNotLetGoOfTheClaimOfAnotherCopyOfTheClass() throws Exception {
        Files.writeString(Path.of(file), "before");
        try (FileChannel other = FileChannel.open(Path.of(file), StandardOpenOption.WRITE)) {
            assertNotNull(other.tryLock(Long.MAX_VALUE - 1, 1, false));
            String link =
                    Files.createLink(folder.resolve("link.csv"), Path.of(file)).toString();
            for (String name : new String[] {file, file, link}) {
                String refused = assertThrows(
                                FileFault.class,
                                () -> CsvSink.resume(name, Row.class).begin())
                        .getMessage();
                assertTrue(refused.contains("by this process"), refused);
                assertThrows(FileFault.class, () -> FileOutput.create(name));
                assertThrows(IOException.class, () -> PlainFile.WriteOnly.open(Path.of(name)));
            }
            assertEquals("3", attempt());
            FileChannel late = FileChannel.open(Path.of(file), StandardOpenOption.WRITE);
            assertThrows(FileClaim.Taken.class, () -> FileClaim.of(Path.of(file), late));
            assertTrue(late.isOpen(), "to close it would end the claim of the other");
        }
        assertEquals("before", written());
        FileOutput.create(file).close();
        assertEquals("", written());
    }

    /** Whoever has the next claim would lose its lock with that descriptor. */
    @Test
    void shouldEndTheClaimBehindItsDescriptor() throws Exception {
        ClaimedFile claimed = ClaimedFile.open(Path.of(file));
        Thread closes = new Thread(() -> {
            try {
                claimed.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        synchronized (ProcessLock.class) { // so it waits where the claim is to end
            closes.start();
            while (closes.isAlive() && closes.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            assertTrue(closes.isAlive(), "it has ended its claim without us");
            assertFalse(claimed.getFD().valid(), "the claim ends while the file is open");
        }
        closes.join();
        ClaimedFile next = ClaimedFile.open(Path.of(file));
        claimed.close();
        assertThrows(FileClaim.Taken.class, () -> ClaimedFile.open(Path.of(file)));
        next.close();
    }

    /** Answers how a process ends that makes the file. */
    private String attempt() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        Other.class.getName(),
                        file)
                .redirectErrorStream(true)
                .start();
        String text = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = child.waitFor();
        assertFalse(exit == 3 && !text.contains("by another process"), text);
        assertTrue(exit == 3 || exit == 0, text);
        return Integer.toString(exit);
    }

    /** The other process. */
    static final class Other {
        private Other() {}

        /** Names the file. */
        public static void main(String[] args) throws Exception {
            try (CsvSink<Row> sink = CsvSink.of(args[0], Row.class)) {
                sink.begin();
            } catch (FileFault e) {
                System.out.println(e.getMessage());
                System.exit(3);
            }
        }
    }
}
