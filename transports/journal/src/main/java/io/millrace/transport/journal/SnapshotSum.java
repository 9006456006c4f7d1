package io.millrace.transport.journal;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The checksum of a snapshot: CRC-32C and CRC-32 of the same bytes side by side, which together are a CRC of 64 bits, since their
 * polynomials have no factor in common. It is meant to find damage, not forgery; each changed bit is seen, and each run of up to 64. The JVM
 * has instructions for both already in its interpreter, which SHA-256 has only once it is compiled: of 26 MB a JVM that had just
 * started took ten times as long the first time as the second.
 */
final class SnapshotSum {
    private final CRC32C high = new CRC32C();
    private final CRC32 low = new CRC32();

    void update(byte[] bytes, int offset, int length) {
        high.update(bytes, offset, length);
        low.update(bytes, offset, length);
    }

    long value() {
        return high.getValue() << 32 | low.getValue();
    }
}
