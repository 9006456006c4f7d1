package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineLogTest {
    @AfterEach
    void asBefore() {
        EngineLog.forget();
    }

    private static String said() {
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            System.Logger start = System.getLogger("io.millrace.engine.start");
            start.log(System.Logger.Level.INFO, "engine fraud is starting: at entry 7");
            start.log(System.Logger.Level.WARNING, "engine fraud is starting, and has not moved for 5 s;\n  at a.b(C)");
            System.getLogger("io.millrace.transport").log(System.Logger.Level.INFO, "started");
            System.getLogger("io.millrace.transport").log(System.Logger.Level.WARNING, "slow", new Exception("why"));
            return bytes.toString(StandardCharsets.UTF_8);
        } finally {
            System.setErr(err);
        }
    }

    /** Standard error of a test is no terminal. */
    @Test
    void shouldShowNoProgressWhereNobodyLooks() {
        EngineLog.show("fraud", Level.OFF, false);
        assertEquals("millrace fraud: engine fraud is starting, and has not moved for 5 s; at a.b(C)\n", said());
    }

    @Test
    void shouldShowProgressOnATerminalInTheWordsOfTheCommand() {
        EngineLog.show("fraud", Level.OFF, Level.INFO);
        assertEquals(
                "millrace fraud: engine fraud is starting: at entry 7\n"
                        + "millrace fraud: engine fraud is starting, and has not moved for 5 s; at a.b(C)\n",
                said());
    }

    @Test
    void shouldShowWarningsOfAllEnginesWhereTheyAreAskedFor() {
        EngineLog.show("bench", Level.OFF, false);
        EngineLog.show("bench", Level.WARNING, false); // the later one counts
        assertEquals(
                "millrace bench: engine fraud is starting, and has not moved for 5 s; at a.b(C)\n"
                        + "millrace bench: slow; java.lang.Exception: why\n",
                said());
    }
}
