package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a process leaves that dies between any two stores: all that is counted is marked, and all that is marked is counted. */
class SenderMarksTest {
    private static final long SEED = Long.getLong("millrace.seed", 11);
    private static final int SENDERS = 4;
    private static final int STEPS = 400;
    private static final int MORE_THAN_PLACES = 10_000;

    /** Keeps the memory as it was behind each store. */
    private static final class Cut extends SenderMarks {
        private final ByteBuffer memory;

        /** Not there yet while the last of the process before is made up for. */
        private final List<byte[]> left = new ArrayList<>();

        Cut(byte[] of) {
            this(ByteBuffer.wrap(of));
        }

        private Cut(ByteBuffer memory) {
            super(memory);
            this.memory = memory;
        }

        @Override
        void store(int at, long value) {
            super.store(at, value);
            if (left != null) {
                left.add(memory.array().clone());
            }
        }
    }

    /** The total, and up to which message of each sender. */
    private static String said(byte[] memory) {
        SenderMarks marks = new SenderMarks(ByteBuffer.wrap(memory.clone()));
        StringBuilder said = new StringBuilder().append(marks.taken());
        for (long sender = 1; sender <= SENDERS; sender++) {
            long number = 0;
            while (marks.isTaken(sender, number + 1)) {
                number++;
            }
            said.append(' ').append(number);
        }
        return said.toString();
    }

    @Test
    void shouldCountWhatIsMarkedAndMarkWhatIsCounted() {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] memory = new byte[SenderMarks.BYTES];
        Cut marks = new Cut(memory);
        long[] numbers = new long[SENDERS];
        long total = 0;
        int made = 0;
        for (int step = 0; step < STEPS; step++) {
            int sender = random.nextInt(SENDERS);
            String before = said(memory);
            long had = marks.take(sender + 1, numbers[sender] + 1);
            assertEquals(numbers[sender], Math.max(0, had)); // less than any where there is no mark yet
            String behind = said(memory);
            made += cuts(marks, before, behind);
            if (random.nextInt(3) == 0) {
                marks.untake(sender + 1, had);
                cuts(marks, behind, said(memory));
                assertEquals(before, said(memory));
            } else {
                numbers[sender]++;
                total++;
            }
            assertEquals(total, marks.taken());
            if (random.nextInt(20) == 0) {
                marks = new Cut(memory); // another process
            }
        }
        assertTrue(made > STEPS, made + " states in between");
    }

    /** Only who writes frames by hand has that number: what it sends is counted, and no other sender loses its place for it. */
    @Test
    void shouldHaveNoPlaceForASenderWithoutANumber() {
        SenderMarks marks = new SenderMarks(ByteBuffer.wrap(new byte[SenderMarks.BYTES]));
        long senders = 0;
        while (senders < MORE_THAN_PLACES && (senders == 0 || marks.isTaken(1, 1))) {
            marks.take(++senders, 1); // until the first has to go
        }
        assertTrue(senders < MORE_THAN_PLACES, "each of " + senders + " has a place");
        for (int i = 0; i < MORE_THAN_PLACES; i++) {
            marks.take(0, 1);
            assertFalse(marks.isTaken(0, 1));
        }
        assertEquals(senders + MORE_THAN_PLACES, marks.taken());
        for (long sender = 2; sender <= senders; sender++) {
            assertTrue(marks.isTaken(sender, 1), "sender " + sender);
        }
    }

    /** In each it is as before, or as behind it. */
    private static int cuts(Cut marks, String before, String behind) {
        for (byte[] left : marks.left) {
            String said = said(left);
            assertTrue(said.equals(before) || said.equals(behind), before + ", " + behind + ", and in between " + said);
        }
        int made = marks.left.size();
        marks.left.clear();
        return made;
    }
}
