package io.millrace.transport.journal;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The checksum of a snapshot: CRC-32C and CRC-32 of the same bytes side by side, which together are a CRC of 64 bits, since their
 * polynomials have no factor in common. It is meant to find damage, not forgery; each changed bit is seen, and each run of up to 64. The JVM
 * has instructions for both already in its interpreter, which a hash of 256 bits has only once it is compiled: a start behind a kill
 * waited a tenth of a second for some megabytes of it.
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
