package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog.Marks;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Numbers in a small mapped file: what is written there is the system's, not the process's, so it survives a kill.
 *
 * <pre>
 *  each number, 32 bytes:   value, its check, value again, its check again   (little-endian, 8 bytes each)
 *  512 of the host; up to where the log is durable; of each of the 512 up to where it is reserved; which journal it belongs to
 * </pre>
 *
 * <p>Twice, the first pair first: wherever a kill comes between, one pair is whole, and it has the number from before or
 * from after. A damaged bit is seen, and the other pair counts. The file is written whole when it is made, since a mapped
 * page that finds no room on the disk would be an error of the JVM.
 *
 * <p>Numbers are forced now and then. Where one is reserved, up to a limit that was forced before it got there, a loss of power that brings an
 * older one back leaves the limit, which then stands for it ({@link #settle}).
 *
 * <p><b>Writer:</b> one thread each number. <b>Reader:</b> whoever opens it when that has died. <b>Ordering:</b> a fence between stores of one pair and
 * of the other. <b>Why it suffices:</b> of two pairs only the one in hand is torn.
 */
final class MarksFile implements Marks {
    static final String NAME = "marks";
    private static final int NUMBERS = 512;
    private static final int EACH = 32;

    /** Behind those of the host: the place behind the last entry that was known to be durable. */
    private static final int DURABLE = NUMBERS;

    /** Behind that: the limits of those of the host. */
    private static final int LIMITS = NUMBERS + 1;

    /** Behind that: the journal, as its manifest names it. */
    private static final int JOURNAL = LIMITS + NUMBERS;

    private static final int ALL = JOURNAL + 1;

    static final int LENGTH = ALL * EACH;

    private static final String CURE =
            ": put back the copy of it that is of the same moment as the journal. Without one"
                    + " move it away: then, of receivers that the journal counts for (Resumption.marked), what came out behind the"
                    + " newest snapshot is in doubt, and not given again";

    private final Path file;
    private final ByteBuffer numbers;

    /** Null where nothing is to be forced. */
    private final Disk.Mapped mapped;

    /** Null where nothing is reserved: at a level that survives no loss of power, and where it is read only. */
    private Reservations reservations;

    /** A force that failed: pages may count as clean behind it, so none that follows is believed. */
    private volatile IOException failure;

    /** Over numbers that stand anywhere. */
    MarksFile(Path file, ByteBuffer numbers) {
        this(file, numbers, null);
    }

    private MarksFile(Path file, ByteBuffer numbers, Disk.Mapped mapped) {
        this.file = file;
        this.numbers = numbers.order(ByteOrder.LITTLE_ENDIAN);
        this.mapped = mapped;
        for (int i = 0; i < ALL; i++) {
            read(i);
        }
    }

    /** Makes it where there is none: there are no entries then. */
    static MarksFile open(Settings settings, long journal) {
        Path file = settings.directory.resolve(NAME);
        try {
            if (!Files.exists(file)) {
                make(settings, file, journal, 0, 0);
            }
            checkLength(file, Files.size(file));
            Disk.Mapped mapped = settings.disk.map(file, LENGTH);
            MarksFile marks = new MarksFile(file, mapped.bytes(), mapped);
            marks.checkJournal(journal);
            return marks;
        } catch (IOException e) {
            throw new JournalException("cannot open " + file + ": " + e, e);
        }
    }

    private static void make(Settings settings, Path file, long journal, long number, long next) throws IOException {
        byte[] bytes = new byte[LENGTH];
        MarksFile made = new MarksFile(file, ByteBuffer.wrap(bytes));
        made.write(JOURNAL, journal);
        made.write(DURABLE, next);
        for (int i = 0; number != 0 && i < NUMBERS; i++) {
            made.write(i, number);
        }
        write(settings, file, bytes);
    }

    /**
     * Where it is gone, and there are entries, nobody knows what receivers were given: that stands in its place, before anything else is
     * done. Answers whether it was gone.
     */
    static boolean makeUnknown(Settings settings, long journal, long next) throws IOException {
        Path file = settings.directory.resolve(NAME);
        if (Files.exists(file)) {
            return false;
        }
        make(settings, file, journal, UNKNOWN, next);
        return true;
    }

    /**
     * Looks at it before anything is changed. A manifest of a build before journals had numbers says 0: beside it nothing but what a start
     * has made that was killed then is of this journal.
     *
     * @throws JournalException when it is damaged, or that of another journal
     */
    static void check(Path directory, long journal) {
        if (Files.exists(directory.resolve(NAME))) {
            MarksFile marks = toRead(directory);
            if (journal != 0 || marks.read(0) != UNKNOWN) {
                marks.checkJournal(journal);
            }
        }
    }

    private void checkJournal(long journal) {
        if (read(JOURNAL) != journal) {
            throw new JournalException(file + " belongs to another journal" + CURE);
        }
    }

    /**
     * Looks whether it is of the moment at which the host ended. What was given since a copy would be given again.
     *
     * @param least so many entries were durable by then, at least
     * @throws JournalException when it knows of fewer
     */
    static void checkAge(Path directory, long least) {
        Path file = directory.resolve(NAME);
        if (Files.exists(file)) {
            long known = toRead(directory).read(DURABLE);
            if (known < least) {
                throw new JournalException(file + " is older than the journal: it is of a moment at which " + known
                        + " entries were durable, and " + least + " were when its host ended" + CURE);
            }
        }
    }

    /** Which it belongs to; 0 where there is none. */
    static long journal(Path directory) {
        return toRead(directory).read(JOURNAL);
    }

    private static void write(Settings settings, Path file, byte[] bytes) throws IOException {
        Path fresh = settings.directory.resolve(NAME + ".new");
        try (Disk.Output out = settings.disk.create(fresh)) {
            out.write(bytes, 0, bytes.length);
            out.force();
        }
        settings.disk.rename(fresh, file);
        settings.disk.forceDirectory(settings.directory);
    }

    /**
     * Puts right what the end of a host has left, before others take its place. Where it says that more was durable than the log has, by entries
     * that were not forced or were given up, it would call damaged, behind the next loss of power, what was never there. And behind a
     * loss of power a number may be an older one: where it was reserved its limit takes its place. From then on limits say nothing: an epoch
     * reserves anew, or, where it forces nothing, goes beyond them. Written anew, since a mapped page may be on the disk as it was for long, and
     * what the manifest says from then on needs it to know of all these entries ({@link #checkAge}).
     *
     * @param closed whether it was forced by a clean closing
     */
    static void settle(Settings settings, long next, boolean mayBeOlder, boolean closed) throws IOException {
        Path file = settings.directory.resolve(NAME);
        if (!Files.exists(file)) {
            return;
        }
        byte[] bytes = Files.readAllBytes(file);
        MarksFile marks = new MarksFile(file, ByteBuffer.wrap(bytes)); // which was checked before
        boolean changed = !closed || marks.read(DURABLE) != next;
        marks.durable(next - 1);
        for (int i = 0; i < NUMBERS; i++) {
            long limit = marks.read(LIMITS + i);
            if (mayBeOlder && limit > marks.read(i)) {
                marks.write(i, limit);
            }
            if (limit != 0) {
                marks.write(LIMITS + i, 0);
                changed = true;
            }
        }
        if (changed) {
            write(settings, file, bytes);
        }
    }

    /** As they are now; not to be written. */
    static MarksFile toRead(Path directory) {
        Path file = directory.resolve(NAME);
        try {
            byte[] bytes = Files.readAllBytes(file);
            checkLength(file, bytes.length);
            return new MarksFile(file, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
        } catch (NoSuchFileException e) {
            return new MarksFile(file, ByteBuffer.allocate(LENGTH).asReadOnlyBuffer());
        } catch (IOException e) {
            throw new JournalException("cannot read " + file + ": " + e, e);
        }
    }

    @Override
    public void force() {
        if (mapped == null) {
            return;
        }
        try {
            if (failure != null) {
                throw new IOException(
                        "it could not be forced before, and nobody knows what of it is on the disk", failure);
            }
            mapped.force();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw new JournalException("cannot force " + file + ": " + e.getMessage(), e);
        }
    }

    /** From now on numbers may be reserved, which wakes whoever grants that. */
    Reservations reserves(Runnable wakes) {
        reservations = new Reservations(NUMBERS, wakes, this::limit, this::force);
        return reservations;
    }

    private void limit(int index, long upTo) {
        write(LIMITS + index, upTo);
    }

    @Override
    public long reserve(int index, long upTo) {
        return reservations == null ? Long.MAX_VALUE : reservations.reserve(checked(index), upTo);
    }

    private static void checkLength(Path file, long length) {
        if (length != LENGTH) {
            throw new JournalException(file + " has " + length + " bytes instead of " + LENGTH + CURE);
        }
    }

    /**
     * What the log had told to be durable: behind a kill exactly, behind a loss of power perhaps less, and at level PROCESS perhaps more than
     * is left. So the end of a log is known although its last frames cannot say that they were acknowledged.
     *
     * @return -1 when nothing is known
     */
    static long durable(Path directory) {
        try {
            return toRead(directory).read(DURABLE) - 1;
        } catch (JournalException e) {
            return -1; // whoever needs the other numbers says what is wrong
        }
    }

    /**
     * Whether forced entries tell that it is older than they are, although the machine has run on: as behind a disk that was put back to one
     * instant, which has of it what was forced. One that was put back alone cannot be told from that.
     */
    static boolean isBehind(Path directory, long durable, StringBuilder report) {
        if (durable(directory) >= durable) {
            return false;
        }
        report.append(NAME)
                .append(
                        " is older than the entries, as on a disk that was put back to one instant: what receivers that the"
                                + " journal counts for (Resumption.marked) may have been given behind the last force of their marks is"
                                + " in doubt, and not given again\n");
        return true;
    }

    /** Whether the host has ever written or reserved one. */
    boolean areSet() {
        for (int i = 0; i < NUMBERS; i++) {
            if (read(i) != 0 || read(LIMITS + i) != 0) {
                return true;
            }
        }
        return false;
    }

    void durable(long sequence) {
        write(DURABLE, sequence + 1);
    }

    @Override
    public long get(int index) {
        return read(checked(index));
    }

    private long read(int index) {
        int at = index * EACH;
        for (int pair = at; pair < at + EACH; pair += 16) {
            long value = numbers.getLong(pair);
            if (numbers.getLong(pair + 8) == check(index, value)) {
                return value;
            }
        }
        throw new JournalException(file + " is damaged at byte " + at + CURE);
    }

    @Override
    public void set(int index, long value) {
        write(checked(index), value);
        if (reservations != null) {
            reservations.moved();
        }
    }

    private void write(int index, long value) {
        int at = index * EACH;
        long check = check(index, value);
        for (int pair = at; pair < at + EACH; pair += 16) {
            numbers.putLong(pair, value);
            numbers.putLong(pair + 8, check);
            VarHandle.storeStoreFence(); // one pair is whole before the other is touched
        }
    }

    private static int checked(int index) {
        if (index < 0 || index >= NUMBERS) {
            throw new IndexOutOfBoundsException("mark " + index + " of " + NUMBERS);
        }
        return index;
    }

    /** Of a file of zeros the numbers are 0; so the check of 0 is 0. */
    private static long check(int index, long value) {
        long mixed = value * 0x9E3779B97F4A7C15L;
        return value == 0 ? 0 : (mixed ^ (mixed >>> 31)) + index;
    }

    @Override
    public int size() {
        return NUMBERS;
    }
}
