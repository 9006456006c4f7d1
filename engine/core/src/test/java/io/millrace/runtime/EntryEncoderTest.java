package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.transport.EventSource;
import io.millrace.trial.Num;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a publisher writes before it asks for a place. */
class EntryEncoderTest {
    @Test
    void shouldWriteAnEntryThatReadsBack() {
        EntryEncoder<Num> encoder = new EntryEncoder<>(Num.input("in"), 3);
        int length =
                encoder.encode(new Num(7, 11), new Header().correlationId(5).trace(1, 2, 3, (byte) 4));
        byte[] bytes = encoder.bytes();
        assertEquals(length, Entry.length(bytes, 0));
        assertEquals(3, Entry.source(bytes, 0));
        assertEquals(11, Entry.timeNs(bytes, 0));
        assertEquals(5, Entry.correlationId(bytes, 0));
        assertEquals(
                new Num(7, 11), Num.TYPE.newView().wrap(bytes, Entry.payload(bytes, 0), Entry.payloadLength(bytes, 0)));
    }

    @Test
    void shouldRefuseACodecThatWritesMoreThanItDeclares() {
        for (int says : new int[] {9, -1, Integer.MAX_VALUE}) {
            EntryEncoder<Num> encoder = new EntryEncoder<>(Input.of("in", new Liar(says)), 0);
            RefusedException thrown = assertThrows(RefusedException.class, () -> encoder.encode(new Num(1, 1), null));
            assertEquals(Reason.MALFORMED, thrown.reason());
            assertTrue(thrown.getMessage().contains("wrote " + says + " bytes"), thrown.getMessage());
        }
    }

    /** Somebody may send a million of them. */
    @Test
    void shouldNotThrowAtBytesThatAreNoEvent() {
        EntryEncoder<Num> encoder = new EntryEncoder<>(Num.input("in"), 0);
        assertEquals(EntryEncoder.NONE, encoder.take(new Bytes(5), null));
        assertEquals(Reason.MALFORMED, encoder.noneReason());
        assertTrue(encoder.noneWhy().startsWith("input in: "), encoder.noneWhy());
        assertEquals(EntryEncoder.NONE, encoder.take(new Bytes(500), null));
        assertEquals(Reason.OUT_OF_RANGE, encoder.noneReason());
        assertTrue(encoder.noneWhy().contains("500 bytes"), encoder.noneWhy());
        assertTrue(encoder.take(new Bytes(Num.TYPE.maxLength()), null) > 0);
    }

    /** Of an event of a few bytes a frame of another program cannot be told. */
    @Test
    void shouldKeepMoreOfWhatIsNoEventThanAnEventHas() {
        EntryEncoder<Num> encoder = new EntryEncoder<>(Num.input("in"), 0);
        encoder.keep(new Bytes(500));
        assertEquals(500, Entry.payloadLength(encoder.bytes(), 0));
        encoder.keep(new Bytes(5_000));
        assertEquals(1_024, Entry.payloadLength(encoder.bytes(), 0));
        assertEquals(EntryEncoder.KEPT_ENTRY, Entry.length(encoder.bytes(), 0));
    }

    /** So many zeros. */
    private record Bytes(int length) implements EventSource.Encoded {
        @Override
        public void copyTo(byte[] target, int offset, int bytes) {
            Arrays.fill(target, offset, offset + bytes, (byte) 0);
        }
    }

    /** Writes nothing and says something else. */
    private static final class Liar extends EventType<Num> {
        private final int says;

        Liar(int says) {
            super("liar", 8);
            this.says = says;
        }

        @Override
        public EventView<Num> newView() {
            return (bytes, offset, length) -> new Num(0, 0);
        }

        @Override
        public int encode(Num event, byte[] target, int offset) {
            return says;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return null;
        }

        @Override
        public String layout() {
            return "liar";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return "";
        }
    }
}
