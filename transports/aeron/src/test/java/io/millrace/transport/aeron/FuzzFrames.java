package io.millrace.transport.aeron;

import io.millrace.event.EventType;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Whole frames, and what becomes of them; of more kinds without a driver: {@link FuzzSource}. */
final class FuzzFrames {
    static final EventType<Note> NOTE = EventType.of(Note.class);
    static final int WHOLE = Wire.FIXED_LENGTH + NOTE.maxLength();

    private final UnsafeBuffer buffer;
    private final SplittableRandom random;
    private final byte[] bytes = new byte[NOTE.maxLength()];
    private final long sender;

    long whole;

    /** Those that are no contract, no end and no repetition, if they are anything. */
    long events;

    /** Some claim that they are sent once more, by a journal that other frames have claimed. */
    private final LogMarks logs = new LogMarks(ByteBuffer.allocate(LogMarks.BYTES));

    FuzzFrames(UnsafeBuffer buffer, SplittableRandom random) {
        this.buffer = buffer;
        this.random = random;
        this.sender = random.nextLong();
    }

    int next(long i) {
        Wire.begin(buffer, 0, Wire.EVENT, 0, Wire.contract(NOTE.fingerprint()), i + 1, sender);
        NOTE.encode(new Note(i, "whole"), bytes, 0);
        buffer.putBytes(Wire.FIXED_LENGTH, bytes);
        int length = WHOLE;
        int how = random.nextInt(6);
        if (how == 0) {
            whole++;
        } else if (how == 1) {
            length = random.nextInt(WHOLE);
            buffer.putByte(15, (byte) random.nextInt(40)); // fields that may not be there
        } else if (how == 2) {
            length = random.nextInt(200) == 0 ? random.nextInt(buffer.capacity()) : WHOLE + random.nextInt(3_000);
        } else if (how == 3) {
            for (int at = 0; at < WHOLE; at++) {
                buffer.putByte(at, (byte) random.nextInt());
            }
        } else {
            int changes = 1 + random.nextInt(3);
            for (int c = 0; c < changes; c++) {
                buffer.putByte(random.nextInt(how == 4 ? Wire.FIXED_LENGTH : WHOLE), (byte) random.nextInt());
            }
        }
        boolean isEvent = Wire.wrong(buffer, 0, length) != null || Wire.kind(buffer, 0) == Wire.EVENT && !isRepeated();
        if (isEvent) {
            events++;
        }
        if (how > 0 && isEvent && wouldBeWhole(length)) {
            whole++;
        }
        return length;
    }

    private boolean isRepeated() {
        int mask = Wire.mask(buffer, 0);
        long log = isOfNotes() ? Wire.log(buffer, 0, mask) : 0;
        if (log == 0) {
            return false;
        }
        long first = Wire.word(buffer, 0, 0);
        long place = Wire.word(buffer, 0, 4);
        int ordinal = (int) (first >>> 32);
        if (Wire.isOnceMore(first) && logs.has(log, place, ordinal)) {
            return true;
        }
        logs.take(log, place, ordinal);
        return false;
    }

    private boolean isOfNotes() {
        return Wire.contract(buffer, 0) == Wire.contract(NOTE.fingerprint())
                && Wire.form(buffer, 0).ordinal() == 0;
    }

    /** A frame that was changed where nobody looks, or to what it was. */
    private boolean wouldBeWhole(int length) {
        return Wire.wrong(buffer, 0, length) == null
                && isOfNotes()
                && isNote(Wire.length(Wire.mask(buffer, 0)), length);
    }

    private boolean isNote(int at, int length) {
        byte[] payload = new byte[length - at];
        buffer.getBytes(at, payload);
        return NOTE.check(payload, 0, payload.length) == null
                && NOTE.newView().wrap(payload, 0, payload.length).text().startsWith("whole");
    }
}
