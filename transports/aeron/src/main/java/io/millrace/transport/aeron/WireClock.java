package io.millrace.transport.aeron;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The monotonic clock of this process as others see it. Processes of one boot of one machine have the same, so an intended time goes
 * from one to the other as it is; from elsewhere it comes by way of the wall clock, and carries what the two clocks differ by.
 */
final class WireClock {
    /** The clock by which this process measures. Never 0. */
    static final long ID = id();

    private WireClock() {}

    private static long id() {
        String boot;
        try {
            boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            boot = UUID.randomUUID().toString(); // form: random, a clock that nobody else has
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < boot.length(); i++) {
            hash = (hash ^ boot.charAt(i)) * 0x100000001b3L;
        }
        return hash | 1;
    }

    static long nanoTime() {
        return System.nanoTime();
    }

    static long epochMs() {
        return System.currentTimeMillis();
    }

    /** What has to be added to the monotonic clock to have nanoseconds since the epoch; moves when the wall clock is set. */
    static long toEpochNs() {
        long now = System.currentTimeMillis();
        return TimeUnit.MILLISECONDS.toNanos(now) - System.nanoTime();
    }
}
