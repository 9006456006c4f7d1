package io.millrace.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be known of a process and its signals. */
public final class Signals {
    private static final int SIGINT_MASK = 1 << 1;

    private Signals() {}

    /**
     * Whether a process ignores interrupts, as what a shell starts in the background does.
     *
     * @param pid the process
     * @return false where it would act on them
     * @throws IOException when it has ended
     */
    public static boolean ignoresInterrupts(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        assumeTrue(Files.exists(status), "skipped: no /proc");
        String ignored = Files.readAllLines(status).stream()
                .filter(l -> l.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(ignored.substring(7).trim(), 16) & SIGINT_MASK) != 0;
    }
}
