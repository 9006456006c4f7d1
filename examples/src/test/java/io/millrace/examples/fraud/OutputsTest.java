package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputsTest {
    @TempDir
    Path folder;

    private final List<IOException> faults = new ArrayList<>();

    private Outputs open(String... more) throws Exception {
        List<String> options =
                new ArrayList<>(List.of("--alerts", folder.resolve("a.csv").toString()));
        options.addAll(List.of(more));
        return Outputs.create(FraudOptions.of(FraudOptions.declared().parse(options)), faults::add);
    }

    /** Rows are flushed each 200 ms, and a start may take seconds. */
    @Test
    void shouldLeaveTheFileOfTheLastRunUntilTheStartIsAccepted() throws Exception {
        Path file = Files.writeString(folder.resolve("a.csv"), "of the last run");
        Outputs refused = open();
        assertFalse(refused.mayFlush());
        refused.close();
        assertEquals("of the last run", Files.readString(file));

        Outputs accepted = open();
        accepted.accepted();
        assertTrue(accepted.mayFlush());
        accepted.close();
        assertEquals("TRANSACTION_ID,RAW_SCORE,PROBABILITY,SEQUENCE\n", Files.readString(file));

        try (Outputs goesOn = open("--journal", folder.resolve("j").toString())) {
            assertTrue(goesOn.mayFlush(), "it is read by others while the journal is worked out again");
        }
        assertEquals(List.of(), faults);
    }
}
