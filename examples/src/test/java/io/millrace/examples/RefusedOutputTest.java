package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One output that cannot be had costs nothing of another one: all are looked at before the first is made anew. */
class RefusedOutputTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fraud --count 10 --dead-letters keep.csv --json nowhere/x",
                "fraud --count 10 --alerts keep.csv --features nowhere/x",
                "velocity --count 10 --alerts keep.csv --dead-letters nowhere/x",
                "velocity --count 10 --alerts keep.csv --json nowhere/x",
                "candles --ticks ticks.csv --size 1s --out keep.csv --json nowhere/x",
                "anomaly --series series.csv --out keep.csv --dead-letters nowhere/x",
                "trade-cost --trades trades.csv --quotes quotes.csv --out keep.csv --json nowhere/x"
            })
    void shouldLeaveOtherFilesAsTheyAre(String line) throws Exception {
        Files.writeString(folder.resolve("keep.csv"), "precious");
        Files.writeString(folder.resolve("ticks.csv"), "1,2,3\n");
        Files.writeString(folder.resolve("series.csv"), "timestamp,value\n2020-01-01,1\n");
        Files.writeString(folder.resolve("trades.csv"), "1,100,10,N,x,0\n");
        Files.writeString(folder.resolve("quotes.csv"), "1,100,10,101,10,N,x,0\n");
        String[] words = Arrays.stream(line.split(" "))
                .map(w -> w.matches(".*(\\.csv|/x)") ? folder.resolve(w).toString() : w)
                .toArray(String[]::new);
        Console c = Console.run(words);
        assertEquals(1, c.code(), c.err());
        String nowhere = folder.resolve("nowhere/x").toString();
        assertEquals(
                "millrace " + words[0] + ": " + nowhere + ": no such directory; " + nowhere
                        + "; make the directory first\n",
                c.err());
        assertEquals("precious", Files.readString(folder.resolve("keep.csv")));
        assertTrue(Files.notExists(folder.resolve("nowhere")));
    }
}
