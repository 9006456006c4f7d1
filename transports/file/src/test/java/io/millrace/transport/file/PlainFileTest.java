package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainFileTest {
    private static final int TIMES = 200;

    @TempDir
    Path folder;

    @Test
    void shouldGoOnBehindWhatIsKept() throws IOException {
        Path file = Files.writeString(folder.resolve("rows"), "abcdef");
        try (OutputStream out = new PlainFile.Output(ClaimedFile.open(file), 2)) {
            out.write('x');
        }
        assertEquals("abx", Files.readString(file));
    }

    @Test
    void shouldCloseAFileThatCannotBeCut() throws IOException {
        assumeTrue(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean);
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Path file = Files.writeString(folder.resolve("rows"), "abcdef");
        long before = system.getOpenFileDescriptorCount();
        for (int i = 0; i < TIMES; i++) {
            OutputStream out = new PlainFile.Output(ClaimedFile.open(file), -1);
            assertThrows(IOException.class, () -> out.write('x'));
            assertThrows(IOException.class, out::close);
        }
        long more = system.getOpenFileDescriptorCount() - before;
        assertTrue(more < TIMES / 2, more + " more files are open");
    }
}
