package io.millrace.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What computes is kept whole, and shown by its beginning. */
class GivenDigestTest {
    private static final String DIGITS = "0123456789abcdef".repeat(4);

    @Test
    void shouldShowTheBeginningOfWhatIsKept() {
        assertEquals("SHA-256 0123456789ab...", GivenDigest.shown(GivenDigest.kept(DIGITS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123", "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"})
    void shouldRefuseWhatIsNoDigestOfThatKind(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> GivenDigest.kept(text));
        assertTrue(e.getMessage().contains("not " + text), e.getMessage());
    }

    @Test
    void shouldRefuseOneOfMoreDigits() {
        assertThrows(IllegalArgumentException.class, () -> GivenDigest.kept(DIGITS + "0"));
    }
}
