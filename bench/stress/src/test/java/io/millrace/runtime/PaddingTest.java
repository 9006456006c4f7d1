package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;

/** Where the JVM really puts the fields: padding that it moves elsewhere protects nothing. */
class PaddingTest {
    private static final int LINE = 64;

    @Test
    void shouldLeaveAPositionAloneOnItsLines() {
        ClassLayout layout = ClassLayout.parseClass(PositionPadded.class);
        List<FieldLayout> fields = new ArrayList<>();
        layout.fields().forEach(fields::add);
        FieldLayout value = fields.stream()
                .filter(f -> f.name().equals("value"))
                .findFirst()
                .orElseThrow();
        assertEquals(15, fields.size(), layout.toPrintable());
        long left = 0;
        long right = 0;
        for (FieldLayout f : fields) {
            if (f.name().startsWith("l")) {
                assertTrue(f.offset() < value.offset(), layout.toPrintable());
                left++;
            } else if (f.name().startsWith("r")) {
                assertTrue(f.offset() > value.offset(), layout.toPrintable());
                right++;
            }
        }
        assertEquals(7, left);
        assertEquals(7, right);
        // with what the object begins with, and where the next object may begin
        assertTrue(value.offset() >= LINE - Long.BYTES, layout.toPrintable());
        assertTrue(layout.instanceSize() - value.offset() >= LINE, layout.toPrintable());
    }

    /** Of each ring: what the writer moves, what the reader moves, and what neither does. */
    @Test
    void shouldLeaveBothEndsOfARingAloneOnTheirLines() throws ClassNotFoundException {
        for (Class<?> ring : List.of(EdgeRing.class, Class.forName("io.millrace.engine.SinkRing"))) {
            ClassLayout layout = ClassLayout.parseClass(ring);
            List<long[]> writer = new ArrayList<>();
            List<long[]> reader = new ArrayList<>();
            List<long[]> both = new ArrayList<>();
            for (FieldLayout f : layout.fields()) {
                long[] from = {f.offset(), f.offset() + f.size()};
                switch (f.hostClass().replaceAll(".*\\.", "")) {
                    case "RingWriter" -> writer.add(from);
                    case "RingReader" -> reader.add(from);
                    case "RingLeft", "RingMiddle", "RingEnds" -> {}
                    default -> both.add(from);
                }
            }
            assertEquals(3, writer.size(), layout.toPrintable());
            assertEquals(5, reader.size(), layout.toPrintable());
            assertTrue(both.size() > 5, layout.toPrintable());
            assertApart(writer, reader, layout);
            assertApart(writer, both, layout);
            assertApart(reader, both, layout);
            writer.addAll(reader);
            for (long[] end : writer) { // and from whatever stands in front of the ring
                assertTrue(end[0] >= LINE - Long.BYTES, layout.toPrintable());
            }
        }
    }

    private static void assertApart(List<long[]> some, List<long[]> others, ClassLayout layout) {
        for (long[] s : some) {
            for (long[] o : others) {
                long between = s[0] < o[0] ? o[0] - s[1] : s[0] - o[1];
                assertTrue(between >= LINE - Long.BYTES, layout.toPrintable());
            }
        }
    }
}
