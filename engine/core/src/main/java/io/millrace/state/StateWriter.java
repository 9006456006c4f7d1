package io.millrace.state;

import io.millrace.event.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Writes a state as a stream of named sections. All numbers are little endian. One thread; holds 64 KiB, whatever the size of the
 * state.
 *
 * <pre>
 *  stream:  magic 8 | format 4 | frame | frame | …
 *  frame:   kind 4 | length 4 | bytes | CRC-32C 4 of the whole stream before it, itself but for the sum included
 *  begin:   version 4 | name          data:  what was put, at most {@value #FRAME_MAX} bytes a frame
 *  end:     bytes of data 8           last:  sections 8
 * </pre>
 *
 * <p>A sum covers all frames before its own, so a frame of another state, or at another place, is recognised, and nothing is handed
 * to whoever loads before it was checked.
 */
public final class StateWriter {
    static final long MAGIC = 0x4554415453524C4DL; // "MLRSTATE"
    static final int FORMAT = 1;
    static final int BEGIN = 1;
    static final int DATA = 2;
    static final int END = 3;
    static final int LAST = 4;

    /** The most bytes in one frame. */
    static final int FRAME_MAX = 1 << 16;

    static final int HEAD = 2 * Integer.BYTES;

    /** The most bytes of a name or another text. */
    static final int TEXT_MAX = 1 << 20;

    /** The most bytes of the name of a section: one frame holds it with the version. */
    static final int NAME_MAX = 1 << 12;

    private final OutputStream out;
    private final byte[] frame = new byte[HEAD + FRAME_MAX + Integer.BYTES];
    private final CRC32C sum = new CRC32C();
    private int length;
    private String section;
    private long sectionBytes;
    private long sections;

    /**
     * Begins a stream.
     *
     * @param out where to; not closed here. Every exception of it comes as {@link UncheckedIOException}
     */
    public StateWriter(OutputStream out) {
        this.out = out;
        Bytes.putLong(frame, 0, MAGIC);
        Bytes.putInt(frame, Long.BYTES, FORMAT);
        sum.update(frame, 0, Long.BYTES + Integer.BYTES);
        write(Long.BYTES + Integer.BYTES);
    }

    // ---- sections

    /**
     * Begins a section.
     *
     * @param name    by which a reader asks for it
     * @param version of what stands in it
     */
    public void begin(String name, int version) {
        if (section != null) {
            throw new IllegalStateException("section '" + section + "' is not ended, '" + name + "' cannot begin");
        }
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length > NAME_MAX) {
            throw new StateException("the name of the section '" + name + "' has " + text.length
                    + " bytes and may have at most " + NAME_MAX + "; shorten the name of the operator");
        }
        section = name;
        sectionBytes = 0;
        sections++;
        Bytes.putInt(frame, HEAD, version);
        System.arraycopy(text, 0, frame, HEAD + Integer.BYTES, text.length);
        length = Integer.BYTES + text.length;
        send(BEGIN);
    }

    /** Ends the section. */
    public void end() {
        requireSection();
        flush();
        Bytes.putLong(frame, HEAD, sectionBytes);
        length = Long.BYTES;
        send(END);
        section = null;
    }

    /** Ends the stream, behind the last section. A stream without this is refused. */
    public void finish() {
        if (section != null) {
            throw new IllegalStateException("section '" + section + "' is not ended");
        }
        Bytes.putLong(frame, HEAD, sections);
        length = Long.BYTES;
        send(LAST);
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- values

    /**
     * Writes a long.
     *
     * @param value any
     */
    public void putLong(long value) {
        room(Long.BYTES);
        Bytes.putLong(frame, HEAD + length, value);
        length += Long.BYTES;
    }

    /**
     * Writes an int.
     *
     * @param value any
     */
    public void putInt(int value) {
        room(Integer.BYTES);
        Bytes.putInt(frame, HEAD + length, value);
        length += Integer.BYTES;
    }

    /**
     * Writes a truth value.
     *
     * @param value any
     */
    public void putBoolean(boolean value) {
        room(1);
        frame[HEAD + length++] = (byte) (value ? 1 : 0);
    }

    /**
     * Writes the bits of a double; of NaN those of the canonical one.
     *
     * @param value any
     */
    public void putDouble(double value) {
        putLong(Double.doubleToLongBits(value));
    }

    /**
     * Writes bytes, and how many they are.
     *
     * @param bytes holds them
     * @param at    the first
     * @param n     how many
     */
    public void putBytes(byte[] bytes, int at, int n) {
        putInt(n);
        for (int done = 0; done < n; ) {
            room(1);
            int part = Math.min(n - done, FRAME_MAX - length);
            System.arraycopy(bytes, at + done, frame, HEAD + length, part);
            length += part;
            done += part;
        }
    }

    /**
     * Writes a text.
     *
     * @param text at most a MiB in UTF-8
     */
    public void putText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TEXT_MAX) {
            throw new StateException("a text of " + bytes.length + " bytes in section '" + section
                    + "' is too long; at most " + TEXT_MAX + " bytes are possible");
        }
        putBytes(bytes, 0, bytes.length);
    }

    /**
     * Writes longs. Runs of zeroes take little room.
     *
     * @param longs holds them
     * @param n     how many, from the first
     */
    public void putLongs(long[] longs, int n) {
        int at = 0;
        while (at < n) {
            int from = at;
            while (at < n && longs[at] == 0) {
                at++;
            }
            putInt(at - from);
            from = at;
            while (at < n && (longs[at] != 0 || at + 1 < n && longs[at + 1] != 0)) {
                at++;
            }
            putInt(at - from);
            putRun(longs, from, at);
        }
    }

    /** As many at a time as fit the frame. */
    private void putRun(long[] longs, int from, int to) {
        int at = from;
        while (at < to) {
            room(Long.BYTES);
            int end = Math.min(to, at + (FRAME_MAX - length) / Long.BYTES);
            for (; at < end; at++) {
                Bytes.putLong(frame, HEAD + length, longs[at]);
                length += Long.BYTES;
            }
        }
    }

    /**
     * Writes ints.
     *
     * @param ints holds them
     * @param n    how many, from the first
     */
    public void putInts(int[] ints, int n) {
        for (int i = 0; i < n; i++) {
            putInt(ints[i]);
        }
    }

    // ---- frames

    private void requireSection() {
        if (section == null) {
            throw new IllegalStateException("no section has begun");
        }
    }

    private void room(int bytes) {
        requireSection();
        if (length + bytes > FRAME_MAX) {
            flush();
        }
    }

    private void flush() {
        if (length > 0) {
            sectionBytes += length;
            send(DATA);
        }
    }

    private void send(int kind) {
        Bytes.putInt(frame, 0, kind);
        Bytes.putInt(frame, Integer.BYTES, length);
        sum.update(frame, 0, HEAD + length);
        Bytes.putInt(frame, HEAD + length, (int) sum.getValue());
        write(HEAD + length + Integer.BYTES);
        length = 0;
    }

    private void write(int bytes) {
        try {
            out.write(frame, 0, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
