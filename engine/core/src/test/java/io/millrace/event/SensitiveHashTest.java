package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SensitiveHashTest {
    private static final long K0 = 0x0706050403020100L;
    private static final long K1 = 0x0f0e0d0c0b0a0908L;

    @AfterEach
    void otherKey() {
        SensitiveHash.key(1, 2);
    }

    /** The published vectors: SipHash paper, appendix A, and the reference implementation for the other lengths. */
    @Test
    void shouldBeSipHash() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i - 1);
        }
        assertEquals(0x726fdb47dd0e0e31L, SensitiveHash.sip(K0, K1, bytes, 1, 0));
        assertEquals(0x74f839c593dc67fdL, SensitiveHash.sip(K0, K1, bytes, 1, 1));
        assertEquals(0x93f5f5799a932462L, SensitiveHash.sip(K0, K1, bytes, 1, 8));
        assertEquals(0xa129ca6149be45e5L, SensitiveHash.sip(K0, K1, bytes, 1, 15));
    }

    @Test
    void shouldShowEightDigits() {
        SensitiveHash.key(K0, K1);
        assertEquals("#dd0e0e31", SensitiveHash.of(""));
        assertEquals("#93dc67fd", SensitiveHash.of("\0"));
    }
}
