package io.millrace.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianTest {
    @Test
    void shouldTakeTheMiddle() {
        assertEquals(new Median(2, 1, 9), Median.of(List.of(9.0, 1.0, 2.0)));
        assertEquals(new Median(2.5, 1, 9), Median.of(List.of(9.0, 1.0, 2.0, 3.0)));
    }
}
