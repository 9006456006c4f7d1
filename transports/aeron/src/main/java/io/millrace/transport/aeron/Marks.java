package io.millrace.transport.aeron;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;

/**
 * How far each sender's messages have been taken, in a file that outlives the process: its pages belong to the system, so a process
 * that is killed has written them. One thread.
 */
final class Marks {
    private static final int SENDERS = 256;
    private static final int BYTES = SENDERS * 2 * Long.BYTES;

    /** Where stands how many have been taken in all. */
    private static final int TAKEN = BYTES + LogMarks.BYTES;

    private final MappedByteBuffer file;
    private final LogMarks logs;

    /** The place found last: nearly always there is one sender. */
    private int last;

    Marks(Path path) throws AeronFault {
        Set<StandardOpenOption> how =
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(path, how)) {
            check(path, channel.size());
            file = channel.map(FileChannel.MapMode.READ_WRITE, 0, TAKEN + Long.BYTES);
            file.order(ByteOrder.LITTLE_ENDIAN);
            logs = new LogMarks(file.slice(BYTES, LogMarks.BYTES).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new AeronFault("marks " + path + ": " + e + "; name a file that can be written", e);
        }
    }

    /** What another layout says would be read as marks, and events be left out for it. */
    private static void check(Path path, long bytes) throws AeronFault {
        if (bytes != 0 && bytes != TAKEN + Long.BYTES) {
            throw new AeronFault(
                    "marks " + path + ": it has " + bytes + " bytes, and marks have " + (TAKEN + Long.BYTES)
                            + ": it is of another version, or no file of marks; name another file, or take it away when what was sent has been read");
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
        file.putLong(TAKEN, file.getLong(TAKEN) + 1);
        return mark(sender, number);
    }

    /** The last has not been taken. */
    void untake(long sender, long before) {
        mark(sender, before);
        file.putLong(TAKEN, file.getLong(TAKEN) - 1);
    }

    /** The number first: a process that dies in between has told another sender's place a number, and not its own too much. */
    private long mark(long sender, long number) {
        last = find(sender);
        long before = file.getLong(last) == sender ? file.getLong(last + Long.BYTES) : 0;
        if (file.getLong(last) != sender) {
            file.putLong(last, 0);
        }
        file.putLong(last + Long.BYTES, number);
        file.putLong(last, sender);
        return before;
    }
}
