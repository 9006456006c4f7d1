package io.millrace.bench.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
    private static String said(String message) {
        return Program.tooSmall("millrace jmh", new OutOfMemoryError(message), "--jvm");
    }

    @Test
    void shouldSayHowMuchHeapWouldDoWhereThatIsTooSmall() {
        long most = Runtime.getRuntime().maxMemory() >> 20;
        for (String heap : List.of(
                "Java heap space",
                "Java heap space: failed reallocation of scalar replaced objects",
                "GC overhead limit exceeded")) {
            String begins = "millrace jmh: " + heap + "; it has " + most + " MB; give it more, such as --jvm=-Xmx";
            assertTrue(said(heap).matches("\\Q" + begins + "\\E[0-9]+g"), said(heap));
        }
    }

    /** A larger heap would leave less for what is wanting. */
    @Test
    void shouldNotAdviseMoreHeapWhereSomethingElseIsWanting() {
        for (String other :
                List.of("Metaspace", "unable to create native thread: possibly out of memory", "Map failed")) {
            assertEquals(
                    "millrace jmh: out of memory, and not of heap: " + other
                            + "; see which limit of the JVM or of this machine that is, and raise it",
                    said(other));
        }
        assertTrue(
                said(null).startsWith("millrace jmh: out of memory, and not of heap: OutOfMemoryError; "), said(null));
    }
}
