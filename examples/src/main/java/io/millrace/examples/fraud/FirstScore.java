package io.millrace.examples.fraud;

import io.millrace.cli.Summary;
import java.lang.management.ManagementFactory;
import java.time.Instant;

/** When the first payment was scored: what somebody waits for who has just started the command. */
final class FirstScore {
    private final boolean asked;
    private Instant at;

    FirstScore(boolean asked) {
        this.asked = asked;
    }

    /** Called for each decision, by the thread that receives them. */
    void decided() {
        if (asked && at == null) {
            at = Instant.now();
        }
    }

    /** The instant is for who has started the JVM, by a script or otherwise, and knows when. */
    void tell(Summary summary) {
        if (asked) {
            long startMs = ManagementFactory.getRuntimeMXBean().getStartTime();
            summary.put("first score ms", at == null ? "" : Long.toString(at.toEpochMilli() - startMs))
                    .put("first score at", at == null ? "" : at.toString());
        }
    }
}
