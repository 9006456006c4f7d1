package io.millrace.bench.journal;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.metric.Held;
import io.millrace.rig.Median;
import io.millrace.transport.journal.ArchiveJournal;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * The highest rate that the log holds beside a bare Archive that records the same bytes, in turns in one run; and how long
 * an entry takes to be durable, at a rate that is easily held.
 */
final class JournalBench {
    private static final int TERM = 8 << 20;
    private static final int SEGMENT = 16 << 20;
    private static final int BATCH = 64;

    private static final Durability[] LEVELS = {Durability.PROCESS, Durability.DISK};

    private final Path directory;
    private final long seconds;
    private final int rounds;
    private final Figures figures;
    private int made;
    private double readRate;

    JournalBench(Path directory, Effort effort, Figures figures) {
        this.directory = directory;
        seconds = effort.seconds();
        rounds = effort.rounds();
        this.figures = figures;
    }

    /**
     * To be run before the rates: behind gigabytes that are still to be written a disk answers to nobody. Answers whether the rate was held at
     * each level.
     */
    boolean waits() throws IOException {
        boolean allHeld = true;
        System.out.printf("%-8s %12s %10s %10s %10s   us until durable%n", "level", "entries/s", "p50", "p99", "max");
        for (Durability level : LEVELS) {
            oneAtATime(level);
            boolean held = acknowledgements(level, 10_000);
            if (!held) {
                System.out.println("FAIL: at " + level + " the rate was not held");
            }
            allHeld &= held;
        }
        return allHeld;
    }

    void rates() throws IOException {
        System.out.printf("%n%-8s %6s %14s %14s %7s %14s%n", "level", "bytes", "log /s", "bare /s", "ratio", "read /s");
        for (Durability level : LEVELS) {
            rates(level, 64);
            rates(level, 1_024);
        }
    }

    private void rates(Durability level, int bytes) throws IOException {
        List<Double> logs = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        List<Double> reads = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            logs.add(log(level, bytes));
            reads.add(readRate);
            bare.add(bare(level, bytes));
        }
        double log = Median.of(logs).median();
        double alone = Median.of(bare).median();
        figures.row("rates", level + " " + bytes)
                .runs("log entries/s", Median.of(logs))
                .runs("bare entries/s", Median.of(bare))
                .runs("read entries/s", Median.of(reads));
        System.out.printf(
                "%-8s %6d %,14.0f %,14.0f %7.2f %,14.0f%n",
                level, bytes, log, alone, log / alone, Median.of(reads).median());
    }

    private JournalLog open(Path at, Durability level) {
        return ArchiveJournal.in(at)
                .level(level)
                .reserveBytes(0)
                .open(new JournalFacts("bench", 1, Map.of(), Map.of()));
    }

    private double log(Durability level, int bytes) throws IOException {
        Path at = directory.resolve("log" + made++);
        byte[] entry = new byte[bytes];
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        double rate;
        try (JournalLog log = open(at, level)) {
            begin = System.nanoTime();
            end = begin + seconds * 1_000_000_000L;
            while (System.nanoTime() - end < 0) {
                for (int i = 0; i < BATCH; i++) {
                    while (!log.append(entry, 0, bytes)) {
                        log.work();
                        Thread.onSpinWait();
                    }
                }
                log.commit();
                log.work();
            }
            while (!log.commit() || log.durable() < log.next() - 1) {
                log.work();
                Thread.onSpinWait();
            }
            rate = log.next() * 1e9 / (System.nanoTime() - begin);
            readRate = read(log);
        }
        Scratch.delete(at);
        return rate;
    }

    /** How fast a replay could be: every frame checked, every entry handed over. */
    private static double read(JournalLog log) {
        long begin = System.nanoTime();
        long[] seen = new long[1];
        log.read(0, (sequence, bytes, offset, length) -> {
            seen[0] += bytes[offset + length - 1] + 1;
            return true;
        });
        return seen[0] * 1e9 / (System.nanoTime() - begin);
    }

    /** One message an entry, as a user of the archive alone would send it. */
    private double bare(Durability level, int bytes) throws IOException {
        Path at = directory.resolve("bare" + made++);
        int sync = level == Durability.DISK ? 1 : 0;
        String aeronDirectory = CommonContext.generateRandomDirName();
        double rate;
        try (ArchivingMediaDriver driver = ArchivingMediaDriver.launch(
                        new MediaDriver.Context()
                                .aeronDirectoryName(aeronDirectory)
                                .threadingMode(ThreadingMode.SHARED)
                                .dirDeleteOnStart(true)
                                .dirDeleteOnShutdown(true),
                        new Archive.Context()
                                .archiveDir(at.toFile())
                                .threadingMode(ArchiveThreadingMode.SHARED)
                                .controlChannelEnabled(false)
                                .archiveClientContext(
                                        new AeronArchive.Context().controlResponseChannel(CommonContext.IPC_CHANNEL))
                                .replicationChannel("aeron:udp?endpoint=localhost:0")
                                .recordingEventsEnabled(false)
                                .segmentFileLength(SEGMENT)
                                .fileSyncLevel(sync)
                                .catalogFileSyncLevel(sync));
                Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(aeronDirectory));
                AeronArchive client = AeronArchive.connect(new AeronArchive.Context()
                        .aeron(aeron)
                        .controlRequestChannel(CommonContext.IPC_CHANNEL)
                        .controlRequestStreamId(driver.archive().context().localControlStreamId())
                        .controlResponseChannel(CommonContext.IPC_CHANNEL))) {
            rate = bare(driver.archive(), aeron, client, bytes);
        }
        Scratch.delete(at);
        return rate;
    }

    private double bare(Archive archive, Aeron aeron, AeronArchive client, int bytes) {
        String channel = new ChannelUriStringBuilder()
                .media(CommonContext.IPC_MEDIA)
                .termLength(TERM)
                .build();
        try (ExclusivePublication publication = aeron.addExclusivePublication(channel, 1)) {
            client.startRecording(channel + "|session-id=" + publication.sessionId(), 1, SourceLocation.LOCAL);
            CountersReader counters = aeron.countersReader();
            int counter;
            do {
                counter = RecordingPos.findCounterIdBySession(
                        counters, publication.sessionId(), archive.context().archiveId());
                Thread.onSpinWait();
            } while (counter < 0);
            return bare(publication, counters, counter, bytes);
        }
    }

    private double bare(ExclusivePublication publication, CountersReader counters, int counter, int bytes) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[bytes]);
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        long sent = 0;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < BATCH; i++) {
                while (publication.offer(message, 0, bytes) < 0) {
                    Thread.onSpinWait();
                }
            }
            sent += BATCH;
        }
        while (counters.getCounterValue(counter) < publication.position()) {
            Thread.onSpinWait();
        }
        return sent * 1e9 / (System.nanoTime() - begin);
    }

    /** The next one goes when the last is durable: what waiting for it costs alone. */
    private void oneAtATime(Durability level) throws IOException {
        Path at = directory.resolve("one" + made++);
        Histogram histogram = new Histogram(60_000_000_000L, 3);
        byte[] entry = new byte[64];
        try (JournalLog log = open(at, level)) {
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            for (int i = 0; System.nanoTime() - end < 0; i++) {
                long begin = System.nanoTime();
                log.append(entry, 0, entry.length);
                log.commit();
                while (log.durable() < log.next() - 1) {
                    log.work();
                    Thread.yield();
                }
                if (i >= 100) {
                    histogram.recordValue(System.nanoTime() - begin);
                }
            }
        }
        tell(level, "one", histogram);
        Scratch.delete(at);
    }

    private void tell(Durability level, String rate, Histogram histogram) {
        figures.row("waits", level + " " + rate).waits(histogram);
        System.out.printf(
                "%-8s %12s %10.1f %10.1f %10.1f%n",
                level,
                rate,
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3,
                histogram.getMaxValue() / 1e3);
    }

    private boolean acknowledgements(Durability level, int rate) throws IOException {
        Path at = directory.resolve("ack" + made++);
        Histogram histogram = new Histogram(60_000_000_000L, 3);
        byte[] entry = new byte[64];
        long[] due = new long[1 << 16];
        boolean held;
        try (JournalLog log = open(at, level)) {
            long begin = System.nanoTime();
            long total = rate * seconds;
            long acknowledged = 0;
            long next = 0;
            while (acknowledged < total) {
                long now = System.nanoTime();
                boolean any = false;
                while (next < total
                        && next - acknowledged < due.length
                        && begin + next * (1_000_000_000L / rate) - now <= 0) {
                    due[(int) next & due.length - 1] = begin + next * (1_000_000_000L / rate);
                    if (!log.append(entry, 0, entry.length)) {
                        break;
                    }
                    next++;
                    any = true;
                }
                if (any) {
                    log.commit();
                }
                log.work();
                long seen = System.nanoTime();
                for (; acknowledged <= log.durable(); acknowledged++) {
                    if (acknowledged > total / 5) {
                        histogram.recordValue(seen - due[(int) acknowledged & due.length - 1]);
                    }
                }
                if (!any) {
                    Thread.yield();
                }
            }
            held = Held.at(System.nanoTime() - (begin + total * (1_000_000_000L / rate)));
        }
        tell(level, String.format(Locale.ROOT, "%,d", rate), histogram);
        Scratch.delete(at);
        return held;
    }
}
