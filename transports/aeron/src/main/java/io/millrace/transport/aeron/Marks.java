package io.millrace.transport.aeron;

import io.millrace.transport.LockedFile;
import io.millrace.transport.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How far each sender's messages have been taken, in a file that outlives the process: its pages belong to the system, so a process
 * that is killed has written them. One thread.
 */
final class Marks implements Closeable {
    private static final int SENDERS = 256;
    private static final int BYTES = SENDERS * 2 * Long.BYTES;

    /** Where stands how many have been taken in all. */
    private static final int TAKEN = BYTES + LogMarks.BYTES;

    /** Open as long as the marks are in use: who holds it is known by its lock. */
    private final LockedFile locked;

    private final MappedByteBuffer file;
    private final LogMarks logs;

    /** The place found last: nearly always there is one sender. */
    private int last;

    private Marks(Path path, LockedFile locked) throws IOException {
        this.locked = locked;
        check(path, locked.channel().size());
        write(locked.channel());
        file = locked.channel().map(FileChannel.MapMode.READ_WRITE, 0, TAKEN + Long.BYTES);
        file.order(ByteOrder.LITTLE_ENDIAN);
        logs = new LogMarks(file.slice(BYTES, LogMarks.BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Made where there are none; refused where another source works with them, which would take what this one takes. */
    static Marks open(Path path) throws AeronFault {
        try {
            LockedFile locked = LockedFile.tryOpen(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (locked == null) {
                throw inUse(path, ProcessLock.isHeldHere(path) ? "this process" : "another process");
            }
            try {
                return new Marks(path, locked);
            } catch (Throwable e) { // whatever it is: no other would get the lock
                locked.close();
                throw e;
            }
        } catch (AeronFault e) {
            throw e;
        } catch (IOException e) {
            throw new AeronFault("marks " + path + ": " + e + "; name a file that can be written", e);
        }
    }

    private static AeronFault inUse(Path path, String whose) {
        return new AeronFault(
                "marks " + path + ": another source of " + whose
                        + " works with it, and each of the two would take what the other one has; stop that one, or name another file");
    }

    /** What another layout says would be read as marks, and events be left out for it. */
    private static void check(Path path, long bytes) throws AeronFault {
        if (bytes != 0 && bytes != TAKEN + Long.BYTES) {
            throw new AeronFault(
                    "marks " + path + ": it has " + bytes + " bytes, and marks have " + (TAKEN + Long.BYTES)
                            + ": it is of another version, or no file of marks; name another file, or take it away when what was sent has been read");
        }
    }

    /**
     * Each byte as it is, zeros where there is none yet: a page that the file system has no room for is refused here, and not where it is
     * looked at in memory, which throws an error of the JVM at any place. Also of a file that is there: it may have holes.
     */
    private static void write(FileChannel channel) throws IOException {
        long before = channel.size();
        ByteBuffer bytes = ByteBuffer.allocate(TAKEN + Long.BYTES);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // the next piece
        }
        bytes.clear();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
        } catch (IOException e) {
            channel.truncate(before); // of another length it would be taken for another version
            throw e;
        }
    }

    /** How many have been taken, by this process and those before it; one more where one died in the middle of it. */
    long taken() {
        return file.getLong(TAKEN);
    }

    /** Behind those of the messages: which outputs of journals have been heard. */
    LogMarks logs() {
        return logs;
    }

    private int find(long sender) {
        if (file.getLong(last) == sender) {
            return last;
        }
        int free = -1;
        for (int at = 0; at < BYTES; at += 2 * Long.BYTES) {
            long there = file.getLong(at);
            if (there == sender) {
                return at;
            }
            free = free < 0 && there == 0 ? at : free;
        }
        // the place of the sender seen last is kept; more than there are places for are not told apart any more
        return free >= 0 ? free : (last + 2 * Long.BYTES) % BYTES;
    }

    boolean isTaken(long sender, long number) {
        int at = find(sender);
        return file.getLong(at) == sender && number <= file.getLong(at + Long.BYTES);
    }

    /** Answers the one before. */
    long take(long sender, long number) {
        store(TAKEN, file.getLong(TAKEN) + 1);
        return mark(sender, number);
    }

    /** The last has not been taken. */
    void untake(long sender, long before) {
        mark(sender, before);
        store(TAKEN, file.getLong(TAKEN) - 1);
    }

    /** The number first: a process that dies in between has told another sender's place a number, and not its own too much. */
    private long mark(long sender, long number) {
        last = find(sender);
        long before = file.getLong(last) == sender ? file.getLong(last + Long.BYTES) : 0;
        if (file.getLong(last) != sender) {
            store(last, 0);
        }
        store(last + Long.BYTES, number);
        store(last, sender);
        return before;
    }

    /** Behind all that was stored before: who dies has stored what came first. */
    private void store(int at, long value) {
        VarHandle.releaseFence();
        file.putLong(at, value);
    }

    /** Others may work with the file. */
    @Override
    public void close() {
        try {
            locked.close();
        } catch (IOException e) {
            // it goes with the process; what was marked is in its pages
        }
    }
}
