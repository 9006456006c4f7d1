package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EntryForm;
import io.millrace.event.RefusedException;
import io.millrace.event.Sensitive;
import io.millrace.event.ThrownText;
import io.millrace.operator.Flow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and records with sensitive columns that are refused: what is told shows none of their values. */
class SensitiveColumnsTest {
    private static final String CARD = "4111222333444555";

    record Pay(@Sensitive long card, @Sensitive int pin, int shop, double amount) {
        Pay {
            if (shop < 0) {
                throw new IllegalArgumentException("shop of card " + card);
            }
        }
    }

    @TempDir
    Path folder;

    private static Flow meta(EntryForm form) {
        Flow meta = new Flow();
        meta.begin(1, 1, null, 0);
        meta.form(form);
        return meta;
    }

    private List<String> problems(String row) throws Exception {
        Path file = folder.resolve("in.csv");
        Files.writeString(file, "card,pin,shop,amount\n" + row + "\n");
        List<String> told = new ArrayList<>();
        try (CsvSource<Pay> source = CsvSource.of(file.toString(), Pay.class)) {
            source.onProblem((r, problem) -> told.add(problem.getMessage()));
            while (source.poll((event, header) -> {}, 10) >= 0) {
                // to its end
            }
        }
        return told;
    }

    @Test
    void shouldHashTheValueOfASensitiveColumn() throws Exception {
        String malformed = problems(CARD + "x,1,1,1").get(0);
        assertTrue(malformed.matches("card '#[0-9a-f]{8}' is not an integer"), malformed);
        String beyond = problems("1," + CARD + ",1,1").get(0);
        assertTrue(beyond.matches("pin '#[0-9a-f]{8}' is not between -2147483648 and 2147483647"), beyond);
        assertEquals(List.of("shop 'two' is not an integer"), problems("1,1,two,1"), "it is not sensitive");
        assertEquals(List.of("pin is empty"), problems("1,,1,1"));
    }

    @Test
    void shouldNotShowWhatAConstructorSays() throws Exception {
        String told = problems(CARD + ",1,-1,1").get(0);
        assertFalse(told.contains(CARD), told);
        assertTrue(told.startsWith("java.lang.IllegalArgumentException (its message is not shown"), told);
    }

    @Test
    void shouldNotShowARecordThatCannotBeWritten() throws Exception {
        String file = folder.resolve("out.csv").toString();
        Pay pay = new Pay(Long.parseLong(CARD), 1, 1, Double.POSITIVE_INFINITY);
        try (CsvSink<Pay> sink = CsvSink.of(file, Pay.class)) {
            RefusedException e = assertThrows(RefusedException.class, () -> sink.on(pay, null));
            assertEquals("amount of a Pay is infinite; a column holds finite numbers", e.getMessage());
            RefusedException gone =
                    assertThrows(RefusedException.class, () -> sink.on(pay, meta(EntryForm.RETRACTION)));
            assertFalse(gone.getMessage().contains(CARD), gone.getMessage());
            String letter = ThrownText.of(gone, true);
            assertTrue(letter.endsWith(CsvSink.CHANGES_CURE), letter);
        }
    }

    /** It names files and what the system says of them, and no field. */
    @Test
    void shouldShowAFaultOfAFile() {
        FileFault fault = new FileFault("out.csv", FileFault.NO_LINE, "the disk is full", "0 bytes free", "make room");
        assertEquals(fault.toString(), ThrownText.of(fault, true));
        assertTrue(fault.toString().endsWith("make room"), fault.toString());
    }
}
