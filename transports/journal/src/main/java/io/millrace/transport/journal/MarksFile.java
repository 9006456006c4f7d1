package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog.Marks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Numbers in a small mapped file: what is written there is the system's, not the process's, so it survives a kill.
 *
 * <pre>
 *  each number, 32 bytes:   value, its check, value again, its check again   (little-endian, 8 bytes each)
 * </pre>
 *
 * <p>Twice, the first pair first: wherever a kill comes between, one pair is whole, and it has the number from before or
 * from after. A damaged bit is seen, and the other pair counts. The file is written whole when it is made, since a mapped
 * page that finds no room on the disk would be an error of the JVM.
 *
 * <p><b>Writer:</b> one thread. <b>Reader:</b> whoever opens it when that has died. <b>Ordering:</b> a fence between stores of one pair and
 * of the other. <b>Why it suffices:</b> of two pairs only the one in hand is torn.
 */
final class MarksFile implements Marks {
    static final String NAME = "marks";
    private static final int NUMBERS = 512;
    private static final int EACH = 32;

    /** Behind those of the host: the place behind the last entry that was known to be durable. */
    private static final int DURABLE = NUMBERS;

    private static final int LENGTH = (NUMBERS + 1) * EACH;

    private final Path file;
    private final ByteBuffer numbers;

    /** Over numbers that stand anywhere. */
    MarksFile(Path file, ByteBuffer numbers) {
        this.file = file;
        this.numbers = numbers.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i <= NUMBERS; i++) {
            read(i);
        }
    }

    static MarksFile open(Settings settings) {
        Path file = settings.directory.resolve(NAME);
        try {
            if (!Files.exists(file)) {
                make(settings, file);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                checkLength(file, channel.size());
                return new MarksFile(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH));
            }
        } catch (IOException e) {
            throw new JournalException("cannot open " + file + ": " + e, e);
        }
    }

    private static void make(Settings settings, Path file) throws IOException {
        write(settings, file, new byte[LENGTH]);
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
     * Where it says that more was durable than the log has, by entries that were not forced or were given up, it is put right before others take
     * their places: written anew, since a mapped page may be on the disk as it was for long, and behind the next loss of power would call
     * damaged what was never there.
     */
    static void madeOnly(Settings settings, long next) throws IOException {
        if (durable(settings.directory) < next) {
            return;
        }
        Path file = settings.directory.resolve(NAME);
        ByteBuffer numbers = ByteBuffer.wrap(Files.readAllBytes(file));
        new MarksFile(file, numbers).durable(next - 1);
        write(settings, file, numbers.array());
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
        if (numbers instanceof MappedByteBuffer mapped) {
            try {
                mapped.force();
            } catch (UncheckedIOException e) {
                throw new JournalException("cannot force " + file + ": " + e.getCause(), e);
            }
        }
    }

    private static void checkLength(Path file, long length) {
        if (length != LENGTH) {
            throw new JournalException(file + " has " + length + " bytes instead of " + LENGTH
                    + ": put back a copy of it. Without it (delete it) outputs since the newest snapshot go out again");
        }
    }

    /**
     * What the log, at level DISK, had told to be durable: behind a kill exactly, behind a loss of power perhaps less. So the end of a
     * log is known although its last frames cannot say that they were acknowledged.
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

    /** Whether the host has ever written one. */
    boolean areSet() {
        for (int i = 0; i < NUMBERS; i++) {
            if (read(i) != 0) {
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
        throw new JournalException(
                file + " is damaged at byte " + at + ": put back a copy of it. Without it (delete it)"
                        + " outputs since the newest snapshot go out again");
    }

    @Override
    public void set(int index, long value) {
        write(checked(index), value);
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
