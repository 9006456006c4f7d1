package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive writes entries, and its disk then fails to force them. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ArchiveForceTest {
    private static final int LONGEST = 1_000;
    private static final int BEFORE = 30;

    @TempDir
    Path directory;

    private final Set<String> forced = new TreeSet<>();
    private final Set<String> anew = new TreeSet<>();

    private final Disk disk = new ForwardedDisk() {
        @Override
        public void force(Path file) throws IOException {
            forced.add(file.getFileName().toString());
            super.force(file);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            anew.add(to.getFileName().toString());
            super.rename(from, to);
        }
    };

    private JournalLog open() {
        forced.clear();
        anew.clear();
        return new ArchiveJournal(Logs.settings(directory.resolve("j"), s -> s.disk = disk)).open(Logs.FACTS);
    }

    @Test
    void shouldAcknowledgeNothingMoreStopAndNeverForceTheSamePagesAgain() throws Exception {
        JournalLog log = open();
        Logs.append(log, BEFORE, LONGEST);
        Logs.settle(log);
        FailingForce file = FailingForce.under((ArchiveLog) log);
        JournalException stopped = assertThrows(JournalException.class, () -> {
            Logs.append(log, BEFORE + 20, LONGEST);
            Logs.settle(log);
        });
        assertTrue(
                stopped.getMessage().contains("has stopped: ")
                        && stopped.getMessage().contains("the disk does not force")
                        && stopped.getMessage().contains("nothing more is accepted"),
                stopped.getMessage());
        assertEquals(BEFORE - 1, log.durable(), "what was written, and not forced, is not acknowledged");
        assertThrows(JournalException.class, log::work, "and that is for good");
        assertThrows(IOException.class, () -> log.keepSnapshot(BEFORE + 5, out -> out.write(1)));
        assertThrows(JournalException.class, log::close);
        assertEquals(1, file.forces, "it was not tried again, at the close neither");
        try (JournalLog again = open()) {
            assertTrue(again.next() >= BEFORE, "next " + again.next());
            assertEquals(
                    LongStream.range(0, again.next()).boxed().toList(), Logs.read(again, 0, LONGEST), "each as it was");
            String last = Epoch.segmentName(0);
            assertTrue(anew.contains(last), anew.toString());
            assertFalse(forced.contains(last), "those pages may count as clean: " + forced);
            Logs.append(again, again.next() + 20, LONGEST);
            Logs.settle(again);
        }
    }
}
