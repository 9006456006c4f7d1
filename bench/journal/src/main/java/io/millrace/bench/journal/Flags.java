package io.millrace.bench.journal;

import java.lang.management.ManagementFactory;
import java.util.List;

/** With which flags this JVM runs. */
final class Flags {
    private Flags() {}

    static List<String> own() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }
}
