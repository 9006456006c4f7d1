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
}
