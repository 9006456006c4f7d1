package io.millrace.transport.aeron;

import io.millrace.event.EventType;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Records: a long, and ASCII of up to 200 characters with its length in front and zeros behind. */
final class FuzzNotes extends FuzzType<Note> {
    private static final int TEXT = 200;
    private static final int LENGTH = Long.BYTES + 1 + TEXT;

    FuzzNotes() {
        super(EventType.of(Note.class));
    }

    @Override
    void write(ByteBuffer to, SplittableRandom random) {
        to.putLong(random.nextLong());
        int length = random.nextInt(random.nextBoolean() ? 12 : TEXT + 1);
        place().put((byte) length);
        for (int i = 0; i < length; i++) {
            to.put((byte) random.nextInt(128));
        }
        to.put(new byte[TEXT - length]);
    }

    @Override
    long plain(PlainBytes from) {
        if (from.left() != LENGTH) {
            return NO_EVENT;
        }
        from.mix(from.next(Long.BYTES));
        long length = from.next(1);
        from.mix(length);
        for (int i = 0; i < TEXT; i++) {
            long c = from.next(1);
            if (length > TEXT || c > 127 || i >= length && c != 0) {
                return NO_EVENT;
            }
            if (i < length) {
                from.mix(c);
            }
        }
        return from.number();
    }

    @Override
    long seen(Note note) {
        String text = note.text();
        long number = mix(mix(0, note.id()), text.length());
        for (int i = 0; i < text.length(); i++) {
            number = mix(number, text.charAt(i));
        }
        return number;
    }
}
