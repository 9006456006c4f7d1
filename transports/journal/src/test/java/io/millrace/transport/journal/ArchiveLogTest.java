package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.journal.JournalLog;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ArchiveLogTest {
    private static final int LONGEST = 8_000;

    @TempDir
    Path directory;

    @Test
    void shouldReadWhatWasAppendedOverSeveralEpochsAndFiles() {
        long upTo = 0;
        for (int epoch = 0; epoch < 3; epoch++) {
            try (JournalLog log = Logs.open(directory.resolve("j"))) {
                assertEquals(upTo, log.next(), log.report());
                assertEquals(upTo - 1, log.durable());
                upTo += 100;
                Logs.append(log, upTo, LONGEST);
                Logs.settle(log);
                assertEquals(range(0, upTo), Logs.read(log, 0, LONGEST));
                assertEquals(range(upTo - 5, upTo), Logs.read(log, upTo - 5, LONGEST));
            }
        }
        try (JournalLog log = new ArchiveJournal(Logs.settings(directory.resolve("j"), s -> {})).openToRead()) {
            assertEquals(range(150, 300), Logs.read(log, 150, LONGEST));
        }
    }

    static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }
}
