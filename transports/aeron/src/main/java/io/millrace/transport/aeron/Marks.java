package io.millrace.transport.aeron;

import io.millrace.transport.LockedFile;
import io.millrace.transport.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
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
    private static final int BYTES = SenderMarks.BYTES + LogMarks.BYTES;

    /** Open as long as the marks are in use: who holds it is known by its lock. */
    private final LockedFile locked;

    private final SenderMarks senders;
    private final LogMarks logs;

    private Marks(Path path, LockedFile locked) throws IOException {
        this.locked = locked;
        check(path, locked.channel().size());
        write(locked.channel());
        MappedByteBuffer file = locked.channel().map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
        senders = new SenderMarks(file.slice(0, SenderMarks.BYTES).order(ByteOrder.LITTLE_ENDIAN));
        logs = new LogMarks(file.slice(SenderMarks.BYTES, LogMarks.BYTES).order(ByteOrder.LITTLE_ENDIAN));
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
        if (bytes != 0 && bytes != BYTES) {
            throw new AeronFault(
                    "marks " + path + ": it has " + bytes + " bytes, and marks have " + BYTES
                            + ": it is of another version, or no file of marks; name another file, or take it away when what was sent has been read");
        }
    }

    /**
     * Each byte as it is, zeros where there is none yet: a page that the file system has no room for is refused here, and not where it is
     * looked at in memory, which throws an error of the JVM at any place. Also of a file that is there: it may have holes.
     */
    private static void write(FileChannel channel) throws IOException {
        long before = channel.size();
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
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

    /** How many have been taken, by this process and those before it. */
    long taken() {
        return senders.taken();
    }

    /** Behind those of the messages: which outputs of journals have been heard. */
    LogMarks logs() {
        return logs;
    }

    boolean isTaken(long sender, long number) {
        return senders.isTaken(sender, number);
    }

    /** Answers the one before. */
    long take(long sender, long number) {
        return senders.take(sender, number);
    }

    /** The last has not been taken. */
    void untake(long sender, long before) {
        senders.untake(sender, before);
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
