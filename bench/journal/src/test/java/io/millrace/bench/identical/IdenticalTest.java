package io.millrace.bench.identical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.metric.OutputDigest;
import io.millrace.transport.journal.Scratch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten million events: {@code bench/run identical}. */
@Timeout(300)
class IdenticalTest {
    @Test
    void shouldPutOutTheSameBitsHoweverItIsRun() throws Exception {
        List<String> said = new ArrayList<>();
        try (Scratch scratch = new Scratch()) {
            Identical identical =
                    new Identical(scratch.directory(), Long.getLong("millrace.identical", 30_000), said::add);
            assertNull(identical.run());
            assertEquals(18, identical.ways(), said.toString());
            assertEquals(5, identical.expected().outputs().size());
            for (OutputDigest output : identical.expected().outputs()) {
                assertTrue(output.events() > 100, output.output() + " has " + output.events());
            }
        }
        assertEquals(1, said.stream().map(l -> l.substring(47)).distinct().count(), said.toString());
    }

    @Test
    void shouldNameTheFirstDifference() throws Exception {
        try (Scratch scratch = new Scratch()) {
            AtomicBoolean first = new AtomicBoolean(true); // whose snapshots are made by this thread, too
            String what = new Identical(
                            scratch.directory(),
                            3_000,
                            line -> first.set(false),
                            cents -> first.get() ? odd(cents) : byThread(cents))
                    .run();
            assertTrue(
                    what.matches("inline is not what came out live: entries [0-9]+ to [0-9]+, output .*; first entry"
                            + " [0-9]+, output [a-z]+, number [0-9]+: .* in one, .* in the other"),
                    what);
        }
    }

    /** What nobody may do. */
    private static long byThread(long cents) {
        return Thread.currentThread().getName().startsWith("millrace-") ? odd(cents) : cents;
    }

    private static long odd(long cents) {
        return cents % 101 == 7 ? cents + 1 : cents;
    }
}
