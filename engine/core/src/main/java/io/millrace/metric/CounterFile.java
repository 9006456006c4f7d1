package io.millrace.metric;

import io.millrace.transport.LockedFile;
import io.millrace.transport.ProcessLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Named numbers in a memory-mapped file. One process writes them, and any other can read them without asking it. Each
 * number is read whole; the numbers of one reading may belong to two successive writes.
 *
 * <pre>
 *  offset  bytes                                    offset  bytes
 *  0       8   "MILLSTAT"                           40      8   1 while the writer lives, 2 when it has ended
 *  8       4   version                              48      4   length of the name, 52 … 191 the name in UTF-8
 *  12      4   how many numbers                     192     136 for each number: 8 value, 4 length of its
 *  16      8   process id                                       name, 124 the name in UTF-8
 *  24      8   begun, ms since the epoch
 *  32      8   written last, ms since the epoch
 * </pre>
 *
 * <p>The writer holds a lock on the file, which the operating system releases when the process ends. So a reader can
 * tell whether the file is being written, whatever has happened to clocks since. If the file system has no locks, or
 * the lock was lost because code in the process has read the file by other means than this class, the time of the last
 * write and the process that made it are used instead.
 *
 * <p>A file is written by one thread.
 */
public final class CounterFile {
    private static final long MAGIC = 0x544154534c4c494dL;
    private static final int VERSION = 1;
    private static final int WRITTEN = 32;
    private static final int STATE = 40;
    private static final int NAME = 48;
    private static final int ROWS = 192;
    private static final int ROW = 136;
    private static final int ROW_NAME = 8;
    private static final long LIVE = 1;
    private static final long ENDED = 2;
    private static final String SUFFIX = ".stat";

    /** The file is written twice a second, on a machine that is not overloaded. */
    private static final long RECENT_MS = 10_000;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * The files that this process holds: opening and closing one to read it would release its lock. Guarded by itself.
     */
    private static final Map<Object, CounterFile> OWN = new HashMap<>(); // form: hash-ordered, never iterated

    private final ByteBuffer file;
    private final int rows;

    /** Null once it has ended. */
    private LockedFile held;

    private final Object key;

    /**
     * The contents of a file.
     *
     * @param name the name of what is counted, such as the topology
     * @param pid the process that writes it
     * @param begunMs when it began, in milliseconds since the epoch
     * @param writtenMs when it was last written, in milliseconds since the epoch
     * @param live false if the writer has marked it as ended; a process that was killed has not done so
     * @param values in the order in which they are written
     */
    public record Table(String name, long pid, long begunMs, long writtenMs, boolean live, Map<String, Long> values) {}

    private CounterFile(ByteBuffer file, int rows, LockedFile held, Object key) {
        this.file = file;
        this.rows = rows;
        this.held = held;
        this.key = key;
        synchronized (OWN) {
            OWN.put(key, this);
        }
    }

    /**
     * Creates the file in place of one with the same name, or beside it, with a number, if another engine of that name
     * is writing that one.
     *
     * @param directory where; created if missing
     * @param name the name of what is counted
     * @param names those of the numbers; at most 124 bytes of each are kept
     * @param nowMs milliseconds since the epoch
     * @return a file whose numbers are all 0, held by this process until it is {@linkplain #end ended}
     * @throws IOException if it cannot be written
     */
    public static CounterFile create(Path directory, String name, List<String> names, long nowMs) throws IOException {
        Files.createDirectories(directory);
        Path at = free(directory, name.replaceAll("[^A-Za-z0-9._-]", "_"), nowMs);
        Path fresh = Files.createTempFile(directory, "new", ".tmp");
        CounterFile made = null;
        boolean moved = false;
        try {
            made = made(fresh, name, names, nowMs);
            // whoever reads sees the whole file or the one before
            Files.move(fresh, at, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            moved = true;
            return made;
        } finally {
            if (made != null && !moved) {
                made.letGo();
            }
            Files.deleteIfExists(fresh); // where it could not be moved
        }
    }

    /** The file is locked before it gets its name: until then nobody reads it. */
    private static CounterFile made(Path fresh, String name, List<String> names, long nowMs) throws IOException {
        LockedFile held = LockedFile.tryOpen(fresh, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (held == null) {
            throw new IOException(fresh + " was just created and is already in use by another process");
        }
        try {
            ByteBuffer file = written(held.channel(), name, names, nowMs);
            return new CounterFile(file, names.size(), held, ProcessLock.key(fresh));
        } catch (Throwable e) {
            held.close();
            throw e;
        }
    }

    private static Path free(Path directory, String name, long nowMs) {
        Path at = directory.resolve(name + SUFFIX);
        for (int i = 2; isWritten(at, nowMs); i++) {
            at = directory.resolve(name + "-" + i + SUFFIX);
        }
        return at;
    }

    /**
     * Whether somebody holds the file, or a living process has just written it. A process with our id that wrote it
     * before we began was another one.
     */
    private static boolean isWritten(Path at, long nowMs) {
        if (Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
            return true; // somebody else's, which no file can replace
        }
        Table there = Files.exists(at) ? readFile(at, said -> {}) : null;
        if (there == null || !there.live()) {
            return false;
        }
        if (isHeld(at)) {
            return true;
        }
        if (Math.abs(nowMs - there.writtenMs()) > RECENT_MS) {
            return false;
        }
        ProcessHandle own = ProcessHandle.current();
        return there.pid() == own.pid()
                ? own.info()
                        .startInstant()
                        .map(i -> i.toEpochMilli() <= there.begunMs())
                        .orElse(true)
                : ProcessHandle.of(there.pid()).isPresent();
    }

    /** Whether this process or another holds the file. */
    private static boolean isHeld(Path at) {
        try (LockedFile free = LockedFile.tryOpen(at, StandardOpenOption.WRITE)) {
            return free == null;
        } catch (IOException e) {
            return false; // what may not be written is not asked
        }
    }

    private static ByteBuffer written(FileChannel fresh, String name, List<String> names, long nowMs)
            throws IOException {
        // in a file with holes the first byte for which there is no room would be an error of the JVM, here or at any
        // time later
        ByteBuffer zeros = ByteBuffer.allocate(ROWS + ROW * names.size());
        while (zeros.hasRemaining()) {
            fresh.write(zeros);
        }
        ByteBuffer file =
                fresh.map(FileChannel.MapMode.READ_WRITE, 0, zeros.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(8, VERSION);
        file.putInt(12, names.size());
        file.putLong(16, ProcessHandle.current().pid());
        file.putLong(24, nowMs);
        putText(file, NAME, ROWS - NAME, name);
        for (int i = 0; i < names.size(); i++) {
            putText(file, ROWS + i * ROW + ROW_NAME, ROW - ROW_NAME, names.get(i));
        }
        LONGS.setOpaque(file, WRITTEN, nowMs);
        LONGS.setOpaque(file, STATE, LIVE);
        file.putLong(0, MAGIC);
        return file;
    }

    private static void putText(ByteBuffer file, int at, int room, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, room - Integer.BYTES);
        file.putInt(at, length);
        for (int i = 0; i < length; i++) {
            file.put(at + Integer.BYTES + i, bytes[i]);
        }
    }

    /**
     * Sets a number.
     *
     * @param index by the order of the names
     * @param value the number
     */
    public void set(int index, long value) {
        if (index < 0 || index >= rows) {
            throw new IndexOutOfBoundsException(index + " of " + rows);
        }
        LONGS.setOpaque(file, ROWS + index * ROW, value);
    }

    /**
     * Records that the writer is alive and has written.
     *
     * @param nowMs milliseconds since the epoch
     */
    public void written(long nowMs) {
        LONGS.setOpaque(file, WRITTEN, nowMs);
    }

    /**
     * Marks the file as ended: nothing more will be written.
     *
     * @param nowMs milliseconds since the epoch
     */
    public void end(long nowMs) {
        LONGS.setOpaque(file, WRITTEN, nowMs);
        LONGS.setOpaque(file, STATE, ENDED);
        letGo();
    }

    private synchronized void letGo() {
        if (held == null) {
            return;
        }
        synchronized (OWN) {
            OWN.remove(key);
        }
        try {
            held.close();
        } catch (IOException e) {
            // it goes with the process; that it has ended stands in the file
        }
        held = null;
    }

    /**
     * Reads all files of a directory. Files that are not counter files, or cannot be read, are left out.
     *
     * @param directory where they are
     * @return by name; empty if there is no such directory
     * @throws IOException if the directory cannot be read
     */
    public static List<Table> read(Path directory) throws IOException {
        return read(directory, said -> {});
    }

    /**
     * Reads all files of a directory, and reports those that are named like counter files but were left out.
     *
     * @param directory where they are
     * @param leftOut gets the name of each and why it was not read, such as its version
     * @return by name; empty if there is no such directory
     * @throws IOException if the directory cannot be read
     */
    public static List<Table> read(Path directory, Consumer<String> leftOut) throws IOException {
        List<Table> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (var files = Files.list(directory)) {
            for (Path p :
                    files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                Table t = readFile(p, why -> leftOut.accept(p.getFileName() + " " + why));
                if (t != null) {
                    all.add(t);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return all;
    }

    /**
     * Null, with the reason reported, if it is no counter file: a foreign file must not hide the engines beside it, and
     * a pipe would make the reader wait.
     */
    private static Table readFile(Path path, Consumer<String> leftOut) {
        if (!Files.isRegularFile(path)) {
            leftOut.accept("is not a file");
            return null;
        }
        ByteBuffer file;
        try {
            file = mapped(path);
        } catch (IOException e) {
            leftOut.accept("cannot be read: " + e);
            return null;
        }
        if (file == null) {
            leftOut.accept("has no counters of an engine");
            return null;
        }
        int rows = file.getInt(12);
        if (file.getLong(0) != MAGIC || rows < 0) {
            leftOut.accept("has no counters of an engine");
            return null;
        }
        if (file.getInt(8) != VERSION) {
            leftOut.accept("is of version " + file.getInt(8) + ", but this command reads version " + VERSION
                    + "; use the same build as the engine");
            return null;
        }
        if (rows > (file.capacity() - ROWS) / ROW) {
            leftOut.accept("ends in the middle of its counters");
            return null;
        }
        return table(file, rows);
    }

    /** Null if it is too short. */
    private static ByteBuffer mapped(Path path) throws IOException {
        synchronized (OWN) {
            CounterFile own = OWN.get(ProcessLock.key(path));
            if (own != null) {
                return own.file;
            }
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                long bytes = Math.min(channel.size(), Integer.MAX_VALUE);
                return bytes < ROWS
                        ? null
                        : channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes).order(ByteOrder.LITTLE_ENDIAN);
            }
        }
    }

    private static Table table(ByteBuffer file, int rows) {
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < rows; i++) {
            int at = ROWS + i * ROW;
            values.put(text(file, at + ROW_NAME, ROW - ROW_NAME), (long) LONGS.getOpaque(file, at));
        }
        return new Table(
                text(file, NAME, ROWS - NAME),
                file.getLong(16),
                file.getLong(24),
                (long) LONGS.getOpaque(file, WRITTEN),
                (long) LONGS.getOpaque(file, STATE) == LIVE,
                values);
    }

    private static String text(ByteBuffer file, int at, int room) {
        byte[] bytes = new byte[Math.max(0, Math.min(file.getInt(at), room - Integer.BYTES))];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = file.get(at + Integer.BYTES + i);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
