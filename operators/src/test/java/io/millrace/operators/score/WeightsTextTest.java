package io.millrace.operators.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsTextTest {
    static final String GOOD = """
            # a card's risk
            millrace logistic 1

            intercept -3.2
            weight TX_AMOUNT 0.012
            weight TERMINAL_RISK 4.5 missing 0
            end
            """;
    private static final LinearModel SAME =
            LinearModel.intercept(-3.2).plus("TX_AMOUNT", 0.012).plus("TERMINAL_RISK", 4.5, 0);

    @Test
    void shouldReadALogisticModel() throws IOException {
        LogisticModel model = LogisticModel.read(new StringReader(GOOD), "test");
        assertEquals(LogisticModel.of(SAME).digest(), model.digest());
        assertEquals("logistic model: 2 features, from test", model.describe());
    }

    @Test
    void shouldReadALinearModel() throws IOException {
        LinearModel model = LinearModel.read(new StringReader(GOOD.replace("logistic", "linear")), "test");
        assertEquals(SAME.digest(), model.digest());
    }

    @Test
    void shouldReadAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("weights.txt"), GOOD);
        assertEquals(LogisticModel.of(SAME).digest(), LogisticModel.read(file).digest());
        assertThrows(ModelFormatException.class, () -> LinearModel.read(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "logistic      | linear            | 2: this is no logistic model; millrace linear 1; the first line is",
                "logistic 1    | logistic 2        | 2: this is no logistic model; millrace logistic 2; the first line is",
                "intercept     | weight            | 4: the intercept is missing; weight -3.2; write",
                "-3.2          | NaN               | 4: a value is not a finite number; NaN; write",
                "-3.2          | -3.2 1            | 4: the intercept is missing; intercept -3.2 1; write",
                "0.012         | 0,012             | 5: a value is not a finite number; 0,012; write",
                "0.012         | 1 2               | 5: this is no weight; weight TX_AMOUNT 1 2; write",
                "weight TX     | wait TX           | 5: this is no weight; wait TX_AMOUNT 0.012; write",
                "missing 0     | missing           | 6: this is no weight",
                "missing 0     | missing x         | 6: a value is not a finite number; x",
                "TERMINAL_RISK | TX_AMOUNT         | 6: a feature stands twice; TX_AMOUNT; keep",
                "end           | weight x 1        | 7: the text ends too early; no line `end`; copy",
            })
    void shouldRefuse(String from, String to, String expected) {
        assertRefused(GOOD.replaceFirst(from, to), expected);
    }

    @Test
    void shouldRefuseMoreWeightsThanItCanAddInTime() {
        StringBuilder text = new StringBuilder("millrace logistic 1\nintercept 0\n");
        for (int i = 0; i <= WeightsText.FEATURES_MAX; i++) {
            text.append("weight w").append(i).append(" 1\n");
        }
        assertRefused(text + "end\n", "4099: there are too many features; w4096; a text may have 4096");
    }

    private static void assertRefused(String text, String expected) {
        var refusal =
                assertThrows(ModelFormatException.class, () -> LogisticModel.read(new StringReader(text), "test"));
        assertTrue(refusal.getMessage().startsWith("test:" + expected), refusal::getMessage);
    }
}
