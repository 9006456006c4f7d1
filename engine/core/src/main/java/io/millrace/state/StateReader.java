package io.millrace.state;

import io.millrace.event.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads what a {@link StateWriter} has written. Each frame is checked before anything in it is used; no length is taken without a
 * bound. One thread.
 */
public final class StateReader {
    private static final String CURE = "; use another snapshot, or replay the log from its beginning";

    private final InputStream in;
    private final byte[] frame = new byte[StateWriter.HEAD + StateWriter.FRAME_MAX + Integer.BYTES];
    private final CRC32C sum = new CRC32C();
    private int kind;
    private int length;
    private int at;
    private long frames;

    /** The name of the section that is next, or under way; null behind the last. */
    private String section;

    private int version;
    private boolean begun;
    private long sectionBytes;
    private long sections;

    /** Null where all has to be as it was. */
    private Moves moves;

    /**
     * Begins to read.
     *
     * @param in where from; not closed here. Every exception of it comes as {@link UncheckedIOException}
     * @throws StateException when it is no saved state, or of another format
     */
    public StateReader(InputStream in) {
        this.in = in;
        fill(0, Long.BYTES + Integer.BYTES);
        if (Bytes.getLong(frame, 0) != StateWriter.MAGIC) {
            throw new StateException("this is not a saved state: it does not begin like one" + CURE);
        }
        int format = Bytes.getInt(frame, Long.BYTES);
        if (format != StateWriter.FORMAT) {
            throw new StateException("the saved state has format " + format + ", and this version "
                    + "reads format " + StateWriter.FORMAT + "; use the version that wrote it, or replay the "
                    + "log from its beginning");
        }
        sum.update(frame, 0, Long.BYTES + Integer.BYTES);
        nextSection();
    }

    // ---- sections

    /**
     * The name of the section that begins next.
     *
     * @return null behind the last one
     */
    public String next() {
        return begun ? null : section;
    }

    /**
     * The version of the section that begins next.
     *
     * @return of what stands in it
     */
    public int nextVersion() {
        return version;
    }

    /**
     * Begins the next section.
     *
     * @param name    which it has to be
     * @param ofVersion which version of it can be read
     * @throws StateException when it is another one
     */
    public void begin(String name, int ofVersion) {
        if (begun) {
            throw new IllegalStateException("section '" + section + "' is not ended, '" + name + "' cannot begin");
        }
        if (!name.equals(section)) {
            throw new StateException("saved state: section '" + name + "' is expected, but "
                    + (section == null ? "there are no more sections" : "section '" + section + "' follows") + CURE);
        }
        if (version != ofVersion) {
            throw new StateException(
                    "saved state, section '" + name + "': it has version " + version + ", and only version " + ofVersion
                            + " can be read; use the version that wrote it, or replay the log from its beginning");
        }
        begun = true;
    }

    /**
     * Ends the section.
     *
     * @throws StateException when not all of it was read
     */
    public void end() {
        requireSection();
        if (at < length) {
            throw refused("has more data than expected" + CURE);
        }
        if (kind != StateWriter.END) {
            nextFrame();
        }
        if (kind != StateWriter.END) {
            throw refused("has more data than expected" + CURE);
        }
        endSection();
    }

    /** Ends the section, whatever is left of it. */
    public void skip() {
        requireSection();
        while (kind != StateWriter.END) {
            nextFrame();
        }
        endSection();
    }

    private void endSection() {
        if (length != Long.BYTES || Bytes.getLong(frame, StateWriter.HEAD) != sectionBytes) {
            throw refused("has " + sectionBytes + " bytes, but its end mark says otherwise" + CURE);
        }
        begun = false;
        nextSection();
    }

    /**
     * Ends the reading: nothing may be left.
     *
     * @throws StateException when a section is left
     */
    public void finish() {
        if (section != null) {
            throw refused("is not read by any part of this topology" + CURE);
        }
    }

    private void nextSection() {
        nextFrame();
        if (kind == StateWriter.LAST) {
            section = null;
            if (length != Long.BYTES || Bytes.getLong(frame, StateWriter.HEAD) != sections) {
                throw new StateException(
                        "saved state: it has " + sections + " sections, but its end mark says otherwise" + CURE);
            }
            return;
        }
        if (kind != StateWriter.BEGIN || length < Integer.BYTES) {
            throw new StateException("saved state, frame " + frames + ": no section begins there" + CURE);
        }
        version = Bytes.getInt(frame, StateWriter.HEAD);
        section = new String(frame, StateWriter.HEAD + Integer.BYTES, length - Integer.BYTES, StandardCharsets.UTF_8);
        sections++;
        sectionBytes = 0;
        length = 0;
        at = 0;
    }

    // ---- values

    /**
     * Reads a long.
     *
     * @return as it was put
     */
    public long getLong() {
        need(Long.BYTES);
        long value = Bytes.getLong(frame, StateWriter.HEAD + at);
        at += Long.BYTES;
        return value;
    }

    /**
     * Reads an int.
     *
     * @return as it was put
     */
    public int getInt() {
        need(Integer.BYTES);
        int value = Bytes.getInt(frame, StateWriter.HEAD + at);
        at += Integer.BYTES;
        return value;
    }

    /**
     * Reads an int that says how many, or which.
     *
     * @param what the thing, for the message
     * @param most the largest that makes sense
     * @return 0 to that
     * @throws StateException when it is another one
     */
    public int getInt(String what, int most) {
        int value = getInt();
        if (value < 0 || value > most) {
            throw refused(what + " is " + value + ", but must be from 0 to " + most + CURE);
        }
        return value;
    }

    /**
     * Reads a truth value.
     *
     * @return as it was put
     */
    public boolean getBoolean() {
        need(1);
        return frame[StateWriter.HEAD + at++] != 0;
    }

    /**
     * Reads a double.
     *
     * @return its very bits
     */
    public double getDouble() {
        return Double.longBitsToDouble(getLong());
    }

    /**
     * Reads bytes.
     *
     * @param into gets them from the first place; holds the most that make sense
     * @return how many
     */
    public int getBytes(byte[] into) {
        int n = getInt("a number of bytes", into.length);
        for (int done = 0; done < n; ) {
            need(1);
            int part = Math.min(n - done, length - at);
            System.arraycopy(frame, StateWriter.HEAD + at, into, done, part);
            at += part;
            done += part;
        }
        return n;
    }

    /**
     * Reads a text.
     *
     * @return as it was put
     */
    public String getText() {
        int n = getInt("the length of a text", StateWriter.TEXT_MAX);
        byte[] bytes = new byte[n];
        for (int i = 0; i < n; i++) {
            need(1);
            bytes[i] = frame[StateWriter.HEAD + at++];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Reads longs into a place that holds zeroes.
     *
     * @param into gets them, from the first
     * @param n    how many
     */
    public void getLongs(long[] into, int n) {
        int i = 0;
        while (i < n) {
            int zeroes = getInt("a run of zeroes", n - i);
            i += zeroes;
            int others = getInt("a run of longs", n - i);
            getRun(into, i, i + others);
            i += others;
            if (zeroes == 0 && others == 0) {
                throw refused("has a run of length 0" + CURE);
            }
        }
    }

    private void getRun(long[] into, int from, int to) {
        int i = from;
        while (i < to) {
            need(Long.BYTES);
            int end = Math.min(to, i + (length - at) / Long.BYTES);
            for (; i < end; i++) {
                into[i] = Bytes.getLong(frame, StateWriter.HEAD + at);
                at += Long.BYTES;
            }
        }
    }

    /**
     * Reads ints.
     *
     * @param into gets them, from the first
     * @param n    how many
     */
    public void getInts(int[] into, int n) {
        for (int i = 0; i < n; i++) {
            into[i] = getInt();
        }
    }

    /**
     * Reads a long that has to be what it is here: a part of the layout.
     *
     * @param what the thing, for the message
     * @param here what it is here
     * @throws StateException when it was another one
     */
    public void same(String what, long here) {
        long saved = getLong();
        if (saved != here) {
            throw refused(
                    what + " was " + saved + " when its state was saved, and now it is " + here
                            + "; run the same topology with the same bounds and state budget, or replay the log from its beginning");
        }
    }

    /**
     * The same, of an int.
     *
     * @param what the thing, for the message
     * @param here what it is here
     */
    public void sameInt(String what, int here) {
        int saved = getInt();
        if (saved != here) {
            throw refused(what + " was " + saved + " when its state was saved, and now it is " + here
                    + "; run the same topology, or replay the log from its beginning");
        }
    }

    /**
     * Reads a bound: it has to be what it is here, unless what is kept is taken into another form, and then what is kept has to fit.
     *
     * @param what the thing, for the message
     * @param here what it is here
     * @throws StateException when it was another one, and nothing was said about that
     */
    public void bound(String what, long here) {
        if (moves == null) {
            same(what, here);
        } else {
            getLong();
        }
    }

    /**
     * How what is read is taken into another form.
     *
     * @return null where all has to be as it was
     */
    public Moves moves() {
        return moves;
    }

    /** From now on. */
    void moves(Moves how) {
        moves = how;
    }

    /**
     * Says why the section cannot be taken.
     *
     * @param why what is wrong, and the cure
     * @return to be thrown
     */
    public StateException refused(String why) {
        return new StateException("saved state, section '" + section + "': " + why);
    }

    // ---- frames

    private void requireSection() {
        if (!begun) {
            throw new IllegalStateException("no section has begun");
        }
    }

    private void need(int bytes) {
        requireSection();
        if (at == length && kind != StateWriter.END) {
            nextFrame();
        }
        if (kind == StateWriter.END || at + bytes > length) {
            throw refused("ends too early" + CURE);
        }
    }

    private void nextFrame() {
        fill(0, StateWriter.HEAD);
        kind = Bytes.getInt(frame, 0);
        length = Bytes.getInt(frame, Integer.BYTES);
        if (length < 0 || length > StateWriter.FRAME_MAX) {
            throw damaged();
        }
        fill(StateWriter.HEAD, length + Integer.BYTES);
        sum.update(frame, 0, StateWriter.HEAD + length);
        if (Bytes.getInt(frame, StateWriter.HEAD + length) != (int) sum.getValue()) {
            throw damaged();
        }
        frames++;
        at = 0;
        boolean fits = begun ? kind == StateWriter.DATA || kind == StateWriter.END : kind != StateWriter.DATA;
        if (!fits || kind == StateWriter.DATA && length == 0) {
            throw damaged();
        }
        if (kind == StateWriter.DATA) {
            sectionBytes += length;
        } else if (kind == StateWriter.END) {
            at = length;
        }
    }

    private StateException damaged() {
        return new StateException("saved state" + (section == null ? "" : ", section '" + section + "'") + ": frame "
                + frames + " is damaged: its CRC-32C or its length is wrong" + CURE);
    }

    private void fill(int from, int bytes) {
        int got;
        try {
            got = in.readNBytes(frame, from, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (got < bytes) {
            throw new StateException("saved state" + (section == null ? "" : ", section '" + section + "'")
                    + ": it ends in the middle of frame " + frames + CURE);
        }
    }
}
