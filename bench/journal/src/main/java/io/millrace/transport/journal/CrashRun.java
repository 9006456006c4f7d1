package io.millrace.transport.journal;

import static io.millrace.transport.journal.Wrong.Kind.DOUBLED;
import static io.millrace.transport.journal.Wrong.Kind.LOST;
import static io.millrace.transport.journal.Wrong.Kind.REORDERED;

import io.millrace.event.Bytes;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog.Marks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * A host's life with a journal, step by step on a {@link CrashDisk}, with what it was told to be durable behind each step;
 * and the judgement of what is found behind a crash. At level PROCESS, where a crash of the machine may take what was acknowledged, that is
 * what was noted in the manifest: a snapshot, a clean closing, an opening.
 */
final class CrashRun {
    static final JournalFacts FACTS = new JournalFacts("crashes", 7, Map.of("a", "b"), Map.of());
    private static final int LONGEST = 400;

    /** The marks of one receiver, as an engine keeps them: what was begun, what was done. */
    private static final int BEGUN = 0;

    private static final int DONE = 1;
    private static final int AHEAD = 4;

    /** Sometimes more than the log makes. */
    private static final int FAR_AHEAD = 100;

    /**
     * What was promised once so many steps were done, how many outputs a receiver had been given by then, and how many at most may be called
     * given or in doubt.
     */
    private record Promise(int steps, long durable, long snapshot, long given, long atMost) {}

    /** Entries from a place on were written by this life. */
    private record Life(long from, int salt) {}

    private final Random random;
    private final CrashDisk disk;
    private final int begun;
    private final boolean unforcedToo;

    /** Whether a file of rows is its receiver, too. */
    private final boolean hasRows;

    private final int boot;
    private Settings settings;
    private final List<Promise> promises = new ArrayList<>();
    private final List<Life> lives;

    private Store store;
    private ModelArchive archive;
    private InFlight inFlight;
    private FrameWriter writer;
    private long durable;
    private long promised = -1;
    private long snapshot = -1;
    private MarksFile marks;

    /** Null where there are none. */
    private CrashRows rows;

    private Reservations reservations;
    private long given;

    /** Up to where numbers were reserved. */
    private long atMost;

    /** What the last judgement found: durable from then on. */
    private Promise found;

    /** A life in which each entry is forced. */
    CrashRun(Path directory, Random random) throws IOException {
        this(directory, random, null, false);
    }

    /** A life without rows. */
    CrashRun(Path directory, Random random, CrashRun before, boolean unforcedToo) throws IOException {
        this(directory, random, before, unforcedToo, false);
    }

    /** A life on top of what was found behind a crash of another, if that is not null. */
    CrashRun(Path directory, Random random, CrashRun before, boolean unforcedToo, boolean hasRows) throws IOException {
        this.random = random;
        this.unforcedToo = unforcedToo;
        this.hasRows = hasRows;
        boot = before == null ? 0 : before.boot + 1;
        disk = new CrashDisk(directory);
        begun = disk.size();
        settings = settings(directory, disk, boot);
        lives = before == null ? new ArrayList<>() : new ArrayList<>(before.lives);
        if (before != null) {
            promises.add(before.found);
            promised = before.found.durable();
            snapshot = before.found.snapshot();
            given = before.found.given();
            atMost = given;
        }
    }

    boolean hasRows() {
        return hasRows;
    }

    private static Settings settings(Path directory, Disk disk, int boot) {
        return new Settings(directory.resolve("journal")).with(s -> {
            s.termBytes = 4 << 10;
            s.segmentBytes = 8 << 10;
            s.reserveBytes = 0;
            s.keepSnapshots = 2;
            s.space = () -> Long.MAX_VALUE;
            s.disk = disk;
            s.boot = () -> "boot " + boot;
        });
    }

    /** Opens it, does some things, and leaves it as it is. */
    void live(int things) throws IOException {
        open();
        for (int i = 0; i < things; i++) {
            step();
        }
        end(true);
    }

    private void end(boolean clean) throws IOException {
        if (rows != null && clean) {
            rows.close();
        } else if (rows != null) {
            rows.kill();
        }
        store.close();
    }

    /** How a host leaves its log. */
    enum End {
        CLOSED,
        /** Killed when nothing had come for a while. */
        IDLE,
        /** Killed with something under way. */
        KILLED
    }

    /** As {@link #live}, and what is durable at the end is known to be so. */
    void liveAndEnd(int things, End end) throws IOException {
        open();
        for (int i = 0; i < things; i++) {
            step();
        }
        if (end == End.KILLED) {
            archive.recordAndDie(random.nextInt(4));
        } else {
            finish();
        }
        if (end == End.CLOSED) {
            marks.force();
            store.closed(writer.next(), writer.chain());
        } else if (end == End.IDLE) {
            writer.mark(durable);
            archive.record(1);
        }
        disk.writeBack();
        store.close();
    }

    /** Whether its entries are promised only as long as the machine runs. */
    boolean needsItsBoot(End end) {
        return end != End.CLOSED && !settings.forced();
    }

    private void finish() throws IOException {
        while (!writer.commit(durable) || !archive.isIdle()) {
            archive.record(8);
            work();
        }
        work();
    }

    private void open() throws IOException {
        Durability level = unforcedToo && random.nextBoolean() ? Durability.PROCESS : Durability.DISK;
        settings = settings.with(s -> s.level = level);
        store = Store.open(settings, FACTS);
        archive = new ModelArchive(store.live(), settings.directory, disk);
        inFlight = new InFlight(64, store.next() - 1);
        writer = new FrameWriter(store.live(), archive::send, inFlight);
        marks = MarksFile.open(settings, store.id());
        reservations = settings.forced() ? marks.reserves(() -> {}) : null;
        durable = store.next() - 1;
        lives.removeIf(life -> life.from() >= store.next());
        lives.add(new Life(store.next(), random.nextInt()));
        promise(durable);
        if (held(marks) > store.next()) {
            lower(store.next());
        }
        if (hasRows) {
            rows = startRows(disk.root(), disk, store);
        }
    }

    /** The log makes no more than so many, which is what a start works out: those behind were only reserved, and may be given yet. */
    private void lower(long made) {
        given = made;
        promise(-1);
        marks.set(BEGUN, made);
        marks.set(DONE, Math.min(marks.get(DONE), made));
        marks.force();
        atMost = made;
        promise(-1);
    }

    private CrashRows startRows(Path directory, CrashDisk on, Store log) throws IOException {
        return CrashRows.start(
                directory, on, this::salt, log.snapshots().newestReadable(), log.next(), log.mayLackItsEnd());
    }

    private void promise(long forced) {
        promised = Math.max(promised, forced);
        promises.add(new Promise(disk.size(), promised, snapshot, given, atMost));
    }

    private void step() throws IOException {
        switch (random.nextInt(24)) {
            case 0 -> again(true);
            case 1 -> again(false);
            case 2, 3 -> keepSnapshot();
            case 4, 5, 6 -> {
                writer.commit(durable);
                work();
            }
            case 7, 8, 9, 10, 11 -> {
                archive.record(1 + random.nextInt(6));
                work();
            }
            case 12 -> {
                if (writer.isEmpty() && inFlight.hasRoom()) {
                    writer.mark(durable);
                }
            }
            case 13, 14 -> give(1 + random.nextInt(4));
            case 15 -> {
                if (reservations != null) {
                    reservations.work(0);
                }
            }
            case 16 -> disk.writeBack();
            default -> append(1 + random.nextInt(5));
        }
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            byte[] entry = entry(writer.next(), salt(writer.next()));
            if (!writer.append(entry, 0, entry.length, durable)) {
                return;
            }
        }
    }

    private void work() throws IOException {
        long reached = inFlight.reachedAt(archive.recorded());
        if (reached > durable) {
            marks.durable(reached);
            durable = reached;
            promise(settings.forced() ? durable : -1);
        }
        if (rows != null) {
            rows.give(durable + 1);
            if (random.nextInt(3) == 0) {
                rows.flush();
            }
        }
    }

    /** Each entry puts out one, which goes out behind it; at level PROCESS nothing is promised of that behind a loss of power. */
    private void give(int count) {
        for (int i = 0; i < count && reservations != null && given <= durable; i++) {
            long upTo = given + (random.nextBoolean() ? FAR_AHEAD : AHEAD);
            atMost = Math.max(atMost, upTo);
            promise(-1); // from here on it may be granted
            if (given + 1 > marks.reserve(BEGUN, upTo)) {
                return;
            }
            marks.set(BEGUN, ++given);
            promise(settings.forced() ? durable : -1); // from here on its effect may be seen
            if (random.nextInt(8) != 0) {
                marks.set(DONE, given);
            }
        }
    }

    private void keepSnapshot() throws IOException {
        marks.force();
        long next = durable + 1;
        if (rows != null) {
            rows.give(next);
            rows.sync();
        }
        store.keep(next, out -> out.write(snapshotOf(next)));
        snapshot = next;
        promise(next - 1);
    }

    /** The process ends, cleanly or not, and another begins; the machine goes on. */
    private void again(boolean clean) throws IOException {
        if (clean) {
            finish();
            marks.force();
            store.closed(writer.next(), writer.chain());
            promise(durable);
        } else {
            archive.recordAndDie(random.nextInt(4));
        }
        end(clean);
        long acknowledged = durable;
        open();
        if (rows != null) {
            rows.judge();
        }
        atMost = given; // limits are taken away when an epoch begins
        promise(-1);
        demand(LOST, store.next() > acknowledged, "%d was durable, next is %d", acknowledged, store.next());
        demand(LOST, held(marks) <= given, "%d outputs were given, and %d are held", given, held(marks));
        demand(DOUBLED, held(marks) >= given, "%d outputs were given, and %d are held", given, held(marks));
    }

    /** Outputs that are not handed over again. */
    private static long held(MarksFile marks) {
        return Math.max(marks.get(BEGUN), marks.get(DONE));
    }

    /** Makes an image of a crash somewhere in this life. */
    int crash(Path to) throws IOException {
        int least = random.nextInt(4) == 0
                ? begun
                : promises.get(promises.size() - 1 - random.nextInt(promises.size()))
                        .steps();
        int behind = Math.max(begun, least) + random.nextInt(disk.size() - Math.max(begun, least) + 1);
        disk.image(behind, random, to);
        return behind;
    }

    /**
     * Opens an image as a host would, and compares it with what had been promised by then.
     *
     * @return the place behind the last entry that was found
     */
    long judge(Path image, int behind, Disk on) throws IOException {
        long next = judgeLog(image, behind, on);
        if (hasRows) {
            try (CrashRows again = startRows(image)) {
                again.judge();
            }
        }
        return next;
    }

    /** As a start behind the one that was judged: it was killed before it asked its receivers. */
    private CrashRows startRows(Path image) throws IOException {
        Store again = Store.open(settings(image, new CrashDisk(image), boot + 1), FACTS);
        try {
            return startRows(image, null, again);
        } finally {
            again.close();
        }
    }

    private long judgeLog(Path image, int behind, Disk on) throws IOException {
        Promise last = new Promise(0, -1, -1, 0, Long.MAX_VALUE);
        for (Promise promise : promises) {
            last = promise.steps() <= behind ? promise : last;
        }
        return judge(image, last, settings(image, on, boot + 1));
    }

    /** As {@link #judge(Path, int, Disk)}, at the end; an older snapshot is as good. */
    long judgeEntries(Path image, Disk on, boolean sameBoot) throws IOException {
        return judge(
                image,
                new Promise(0, durable, -1, given, Long.MAX_VALUE),
                settings(image, on, sameBoot ? boot : boot + 1));
    }

    private long judge(Path image, Promise last, Settings as) throws IOException {
        Store store = Store.open(as, FACTS);
        try {
            demand(LOST, store.next() > last.durable(), "%d was durable, next is %d", last.durable(), store.next());
            judgeSnapshot(store, last.snapshot());
            long[] read = {store.first()};
            store.read(store.first(), store.next() - 1, (sequence, bytes, offset, length) -> {
                judgeEntry(read[0]++, sequence, Arrays.copyOfRange(bytes, offset, offset + length));
                return true;
            });
            demand(LOST, read[0] == store.next(), "read up to %d of %d", read[0], store.next());
            long held = judgeMarks(MarksFile.open(as, store.id()), last);
            found = new Promise(0, store.next() - 1, store.snapshots().newestReadable(), held, held);
            return store.next();
        } finally {
            store.close();
        }
    }

    /** None is given twice, none is called done that was not given, and no more are in doubt than were reserved. */
    private static long judgeMarks(MarksFile found, Promise last) {
        long wereGiven = last.given();
        long held = held(found);
        demand(DOUBLED, held >= wereGiven, "%d outputs were given, and %d are held", wereGiven, held);
        long done = found.get(DONE) == Marks.UNKNOWN ? 0 : found.get(DONE);
        demand(LOST, done <= wereGiven, "%d outputs were given, and %d are done", wereGiven, done);
        demand(LOST, held <= last.atMost(), "%d outputs were reserved, and %d are in doubt", last.atMost(), held);
        return held;
    }

    /** An entry stands behind a number of its own, and each begins with its number. */
    void judgeEntry(long expected, long sequence, byte[] bytes) {
        demand(LOST, sequence <= expected, "entry %d instead of %d", sequence, expected);
        demand(DOUBLED, sequence == expected, "entry %d instead of %d", sequence, expected);
        if (!Arrays.equals(bytes, entry(sequence, salt(sequence)))) {
            long written = bytes.length < Long.BYTES ? -1 : Bytes.getLong(bytes, 0);
            demand(REORDERED, written < 0 || written == sequence, "entry %d is that of %d", sequence, written);
            demand(DOUBLED, false, "entry %d is one that nobody wrote there", sequence);
        }
    }

    private static void judgeSnapshot(Store found, long promised) throws IOException {
        long next = found.snapshots().newestReadable();
        demand(LOST, next >= promised, "snapshot %d instead of %d", next, promised);
        demand(LOST, next >= found.first() || found.first() == 0, "begins at %d, snapshot %d", found.first(), next);
        if (next >= 0) {
            try (InputStream in = found.snapshots().open()) {
                demand(DOUBLED, Arrays.equals(in.readAllBytes(), snapshotOf(next)), "snapshot %d is another", next);
            }
        }
    }

    static void demand(Wrong.Kind kind, boolean holds, String what, Object... values) {
        if (!holds) {
            throw new Wrong(kind, String.format(Locale.ROOT, what, values));
        }
    }

    private int salt(long sequence) {
        int salt = 0;
        for (Life life : lives) {
            salt = life.from() <= sequence ? life.salt() : salt;
        }
        return salt;
    }

    /** Follows from its place and who wrote it. */
    static byte[] entry(long sequence, int salt) {
        Random bytes = new Random(sequence * 31 + salt);
        byte[] entry = new byte[8 + bytes.nextInt(bytes.nextInt(8) == 0 ? LONGEST : 60)];
        bytes.nextBytes(entry);
        Bytes.putLong(entry, 0, sequence);
        return entry;
    }

    private static byte[] snapshotOf(long next) {
        byte[] bytes = new byte[1 + (int) (next * 37 % 1_500)];
        new Random(next).nextBytes(bytes);
        return bytes;
    }
}
