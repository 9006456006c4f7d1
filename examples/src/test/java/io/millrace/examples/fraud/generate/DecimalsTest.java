package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DecimalsTest {
    @Test
    void shouldReadBackAsTheSameDouble() {
        for (int i = -50_000; i < 50_000; i++) {
            double rounded = Decimals.round(i * 0.001_237, 6);
            assertEquals(rounded, Double.parseDouble(Decimals.text(rounded, 6)));
        }
    }

    @Test
    void shouldWriteNoMoreThanNeeded() {
        assertEquals("0", Decimals.text(0, 4));
        assertEquals("1.5", Decimals.text(1.5, 4));
        assertEquals("-0.0001", Decimals.text(-0.0001, 4));
        assertEquals("1200", Decimals.text(1200, 4));
        assertEquals("123457", Decimals.sixDigits(123_456.7));
        assertEquals("0.00123457", Decimals.sixDigits(0.001_234_567));
    }
}
