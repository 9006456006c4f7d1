package io.millrace.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ValueInHandTest {
    private record Row(int n) {}

    private final ValueInHand hand = new ValueInHand();

    @Test
    void shouldHoldNothingAtFirst() {
        assertNull(hand.get());
        assertNull(hand.bytes());
    }

    /** Nodes of one place and of others, records in between, bytes that come and go: what was set last is what is there. */
    @Test
    void shouldAnswerWhatWasSetLast() {
        SplittableRandom random = new SplittableRandom(7);
        List<Object> views = new ArrayList<>();
        List<byte[]> bytes = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            views.add(new StringBuilder("view " + i));
            bytes.add(new byte[i]);
        }
        for (int i = 0; i < 10_000; i++) {
            int which = random.nextInt(14);
            Object value = which == 13 ? null : which == 12 ? new Row(i) : views.get(which);
            byte[] of = random.nextInt(3) == 0 ? null : bytes.get(random.nextInt(12));
            int place = random.nextInt(3) == 0 ? 0 : ValueInHand.of(random.nextInt(130));
            if (of == null && random.nextBoolean()) {
                hand.set(place, value);
            } else {
                hand.set(place, value, of);
            }
            assertSame(value, hand.get());
            assertSame(of, hand.bytes());
        }
    }

    /** As a fork does: what was put aside is there again, whatever has been set in between. */
    @Test
    void shouldBeWhatItIsCopiedFrom() {
        SplittableRandom random = new SplittableRandom(8);
        ValueInHand aside = new ValueInHand();
        List<Object> views = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            views.add(new StringBuilder("view " + i));
        }
        for (int i = 0; i < 10_000; i++) {
            Object value = random.nextInt(5) == 0 ? new Row(i) : views.get(random.nextInt(12));
            byte[] bytes = random.nextBoolean() ? new byte[1] : null;
            hand.set(ValueInHand.of(random.nextInt(130)), value, bytes);
            aside.copyFrom(hand);
            for (int n = random.nextInt(10); n > 0; n--) {
                hand.set(ValueInHand.of(random.nextInt(130)), views.get(random.nextInt(12)), new byte[2]);
            }
            hand.copyFrom(aside);
            assertSame(value, hand.get());
            assertSame(bytes, hand.bytes());
        }
    }

    /** Equal is not the same: a node may compare by identity. */
    @Test
    void shouldNotTakeOneEqualValueForTheOther() {
        Row first = new Row(1);
        Row second = new Row(1);
        hand.set(0, first);
        hand.set(0, second);

        assertEquals(first, second);
        assertSame(second, hand.get());
    }

    /** None has the first, which is for values that are others each time; neighbours never share one. */
    @Test
    void shouldGiveNeighboursPlacesOfTheirOwn() {
        for (int node = 0; node < 1_000; node++) {
            assertNotEquals(0, ValueInHand.of(node));
            for (int other = node + 1; other < node + 63; other++) {
                assertNotEquals(ValueInHand.of(node), ValueInHand.of(other));
            }
        }
    }
}
