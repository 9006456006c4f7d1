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
 * loss of power leaves of what was not forced. What is neither that nor the same is kept beside it, for people.
 */
final class RewrittenFile extends OutputStream implements FileOutput.Forced {
    private static final System.Logger LOG = System.getLogger("io.millrace.transport.file");

    private final String name;
    private final RandomAccessFile file;
    private byte[] before = new byte[0];
    private long at;

    /** Up to where something stands that was not written by this. */
    private long old;

    /** Whether the file does not stand at the place to be written next. */
    private boolean isElsewhere = true;

    private boolean torn;

    /** Goes on behind so many bytes, whatever stands there. */
    RewrittenFile(String name, RandomAccessFile file, long at) throws IOException {
        this.name = name;
        this.file = file;
        this.at = at;
        old = file.length();
    }

    /** Goes on elsewhere. Before the first byte is written. */
    void goOn(long place) {
        at = place;
        isElsewhere = true;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (at < old) {
            compare(bytes, offset, length);
        }
        if (isElsewhere || torn) {
            file.seek(at);
            isElsewhere = false;
        }
        torn = true;
        file.write(bytes, offset, length);
        torn = false;
        at += length;
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
        if (differs >= 0) {
            cut(at + differs, before[differs] == 0);
        }
    }

    private void cut(long from, boolean isMissing) throws IOException {
        String kept = isMissing ? "a loss of power has taken bytes of it" : "it stays in " + keep(from);
        LOG.log(
                Level.WARNING,
                "{0}: from byte {1} of {2} on it is not what the journal makes: that is written again; {3}",
                name,
                Long.toString(from),
                Long.toString(old),
                kept);
        file.setLength(from);
        old = from;
    }

    /** Beside it, under a name of its own. */
    private Path keep(long from) throws IOException {
        int number = 1;
        Path to = Path.of(name + ".cut-" + number);
        while (Files.exists(to)) {
            to = Path.of(name + ".cut-" + ++number);
        }
        byte[] some = new byte[1 << 16];
        file.seek(from);
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int n = file.read(some); n >= 0; n = file.read(some)) {
                out.write(some, 0, n);
            }
        }
        return to;
    }

    @Override
    public void force() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (torn) {
                torn = false; // closed twice
                if (at >= old) { // else there was something, and the same was written
                    file.setLength(at);
                }
            }
        }
    }
}
