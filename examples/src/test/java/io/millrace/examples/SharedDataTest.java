package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class SharedDataTest {
    @Test
    void shouldSayWhatIsSkipped() {
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            assertThrows(TestAbortedException.class, () -> SharedData.file("no/such.csv"));
        } finally {
            System.setErr(err);
        }
        assertEquals(
                "skipped: no shared/data/no/such.csv in any folder above" + System.lineSeparator(),
                bytes.toString(StandardCharsets.UTF_8));
    }
}
