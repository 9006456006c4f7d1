package io.millrace.transport.file;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file that is written once more from a place on: what stands there already and is the same stays, and is written all the same, since a force that
 * has failed may have left it in memory alone. Where something else stands it is cut off, and all from there on written: zeros are what a
 * loss of power leaves of what was not forced. What is cut and is not zeros to its end is kept beside it, for people.
 *
 * <p>Until it hears that the start is not refused ({@link #accepted}) nothing of what it found changes: what comes from the first difference on waits
 * in a file beside it. The thread that writes, but for that.
 */
final class RewrittenFile extends OutputStream implements FileOutput.Forced, FileOutput.Found {
    private static final System.Logger LOG = System.getLogger("io.millrace.transport.file");

    private static final String OTHER = "it is not what the journal makes: that is written again";

    private final String name;
    private final RandomAccessFile file;

    /** What it was long when it was opened. */
    private final long found;

    /** Behind its whole rows: once these have come again, what follows is the torn one of a process that was killed. */
    private long whole;

    /** Where what nothing makes any more begins: it goes when the start is accepted. */
    private long end = Long.MAX_VALUE;

    private byte[] before = new byte[0];
    private long at;

    /** Up to where something stands that was not written by this. */
    private long old;

    /** Whether the file does not stand at the place to be written next. */
    private boolean isElsewhere = true;

    private boolean torn;
    private boolean closed;
    private boolean isAccepted;

    /** What belongs into the file from the first difference on; null where none was found, or it is there. */
    private RandomAccessFile waiting;

    /** Where the first of that belongs. */
    private long waitingFrom;

    /** Goes on behind so many bytes, whatever stands there. */
    RewrittenFile(String name, RandomAccessFile file, long at) throws IOException {
        this.name = name;
        this.file = file;
        this.at = at;
        whole = at;
        found = file.length();
        old = found;
        Files.deleteIfExists(waitingName()); // of a start that was killed
    }

    private Path waitingName() {
        return Path.of(name + ".millrace-start");
    }

    /** Goes on elsewhere. Before the first byte is written. */
    void goOn(long place) {
        at = place;
        isElsewhere = true;
    }

    /** Of its rows none is believed behind so many bytes: what stands behind those that come goes as soon as it may. */
    void believeUpTo(long place) {
        whole = Math.min(whole, place);
    }

    /** What stands behind so many of its rows is of entries that the journal has lost. */
    synchronized void giveUpBehind(WrittenRows written, long rows) throws IOException {
        end = written.place(file, rows);
        isElsewhere = true; // it was read
    }

    /**
     * The start is not refused: puts in its place what has waited for that. What else stands behind goes with the next flush: rows that came before
     * may be with who writes here still. The thread that starts, maybe beside the one that writes.
     */
    synchronized void accepted() throws IOException {
        isAccepted = true;
        letIn();
        if (end < old) {
            cut(end, "the journal has lost with the power what it is of");
        }
    }

    private void cutBehind() throws IOException {
        if (isAccepted && at >= whole && at < old) {
            cut(at, OTHER);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        letIn();
        if (waiting == null && at < old) {
            compare(bytes, offset, length);
        }
        int here = waiting == null ? length : (int) Math.max(0, Math.min(length, waitingFrom - at));
        put(bytes, offset, here);
        if (waiting != null) {
            isElsewhere = true;
            waiting.seek(at + here - waitingFrom);
            waiting.write(bytes, offset + here, length - here);
        }
        at += length;
    }

    private void put(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        if (isElsewhere || torn) {
            file.seek(at);
            isElsewhere = false;
        }
        torn = true;
        file.write(bytes, offset, length);
        torn = false;
    }

    private void compare(byte[] bytes, int offset, int length) throws IOException {
        int compared = (int) Math.min(length, old - at);
        if (before.length < compared) {
            before = new byte[compared];
        }
        file.seek(at);
        file.readFully(before, 0, compared);
        isElsewhere = true;
        int differs = Arrays.mismatch(before, 0, compared, bytes, offset, offset + compared);
        if (differs >= 0 && isAccepted) {
            cut(at + differs, OTHER);
        } else if (differs >= 0) {
            waiting = CutAside.makePrivate(waitingName());
            waitingFrom = at + differs;
        }
    }

    private void cut(long from, String why) throws IOException {
        Path kept = CutAside.keep(name, file, from);
        isElsewhere = true;
        LOG.log(
                Level.WARNING,
                "{0}: from byte {1} of {2} on {3}; {4}",
                name,
                Long.toString(from),
                Long.toString(old),
                why,
                kept == null ? "there were zeros, as a loss of power leaves them" : "it stays in " + kept);
        file.setLength(from);
        old = from;
        force(); // by the next loss of power the journal makes others in its place, and it would be taken for those
    }

    /** May be called again where it failed. */
    private void letIn() throws IOException {
        if (waiting == null || !isAccepted) {
            return;
        }
        if (old > waitingFrom) {
            cut(waitingFrom, OTHER);
        }
        file.seek(waitingFrom);
        CutAside.copy(waiting, 0, file);
        isElsewhere = true;
        forgetWaiting();
    }

    private void forgetWaiting() throws IOException {
        if (waiting != null) {
            waiting.close();
            waiting = null;
            Files.deleteIfExists(waitingName());
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        letIn();
        cutBehind();
    }

    @Override
    public void force() throws IOException {
        file.getFD().sync();
    }

    /** It has not been told that the start was refused, so what it was given is to be there. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (file) {
            isAccepted = true;
            flush();
            endTorn();
        } finally {
            forgetWaiting();
        }
    }

    private void endTorn() throws IOException {
        if (torn && at >= old) { // else there was something, and the same was written
            file.setLength(at);
        }
    }

    private void takeBack() throws IOException {
        if (file.length() > found) {
            file.setLength(found);
        }
    }

    /** Ends it where the start has failed: unless that was later than accepted it is as it was found. One that it has made and nothing is in goes. */
    @Override
    public synchronized void abandon() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (file) {
            if (!isAccepted) {
                takeBack();
            } else if (waiting == null) {
                endTorn();
            }
            ClaimedFile.takeBack(file);
        } finally {
            forgetWaiting();
        }
    }
}
