package io.millrace.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.EntryForm;
import io.millrace.event.EventView;
import io.millrace.event.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlowTest {
    private final SplittableRandom random = new SplittableRandom(1);
    private final Firing firing = new Firing(3);
    private final List<EventView<?>> views = List.of((bytes, offset, length) -> 1, (bytes, offset, length) -> 2);
    private final byte[][] bytes = {null, new byte[9], new byte[9]};

    /** Of ordinary events and special ones, whatever the cell held before. */
    @Test
    void shouldHaveAllThatTravelsOfWhatItIsCopiedFrom() {
        Flow from = new Flow();
        Flow to = new Flow();
        for (int i = 0; i < 10_000; i++) {
            change(random.nextBoolean() ? from : to);
            if (random.nextInt(3) == 0) {
                begin(random.nextBoolean() ? from : to);
            }
            to.copyFrom(from);
            assertEquals(travels(from), travels(to));
        }
    }

    @Test
    void shouldBeginAsAnInsertOnAnOrdinaryStream() {
        List<Object> first = special(new Flow());
        Flow flow = new Flow();
        for (int i = 0; i < 10_000; i++) {
            change(flow);
            begin(flow);
            assertEquals(first, special(flow));
        }
    }

    private static void begin(Flow flow) {
        flow.begin(1, 1, null, 0);
    }

    private void change(Flow flow) {
        flow.timeNs(random.nextInt(9));
        if (random.nextBoolean()) {
            flow.key(random.nextInt(9));
        } else {
            flow.key(random.nextInt(9), bytes[random.nextInt(1, 3)], random.nextInt(9));
        }
        flow.value(views.get(random.nextInt(2)), bytes[random.nextInt(3)], random.nextInt(9), random.nextInt(9));
        flow.cursor(random.nextBoolean() ? null : views.get(random.nextInt(2)));
        switch (random.nextInt(9)) {
            case 0 -> flow.form(EntryForm.REPLACEMENT);
            case 1 -> flow.form(EntryForm.INSERT);
            case 2 -> flow.tombstone();
            case 3 -> flow.windowNs(random.nextBoolean() ? RowWindow.NONE : 5);
            case 4 -> flow.reason(random.nextBoolean() ? null : Reason.MALFORMED);
            case 5 -> flow.late(random.nextInt(9));
            case 6 -> flow.firing(random.nextBoolean() ? null : firing);
            case 7 -> flow.origin(random.nextInt(Flow.MAX_ORIGINS), random.nextInt(1, 9));
            default -> flow.fires(firing, 7);
        }
    }

    private static List<Object> travels(Flow flow) {
        return Arrays.asList(
                flow.value(),
                flow.bytes(),
                flow.offset(),
                flow.length(),
                flow.cursor(),
                flow.key(),
                flow.keyBytes(),
                flow.keyLength(),
                flow.timeNs(),
                special(flow));
    }

    private static List<Object> special(Flow flow) {
        return Arrays.asList(
                flow.form(),
                flow.isTombstone(),
                flow.windowNs(),
                flow.sideReason(),
                flow.progressNs(),
                flow.firing(),
                IntStream.range(0, Flow.MAX_ORIGINS)
                        .mapToLong(flow::origin)
                        .boxed()
                        .toList());
    }
}
