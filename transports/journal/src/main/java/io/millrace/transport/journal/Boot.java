package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which start of the machine this is: what was written and not forced is there behind the end of a process, and not behind that of a machine. */
final class Boot {
    private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Boot() {}

    /** The same until the machine starts again; empty where the system does not say. */
    static String id() {
        try {
            return Files.readString(ID).strip();
        } catch (IOException | SecurityException e) {
            return "";
        }
    }
}
