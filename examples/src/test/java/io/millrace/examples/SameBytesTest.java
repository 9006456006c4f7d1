package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever JDK runs them (the build does on 17 and on 25), and however the code has changed: the bytes of these files are these. Who changes
 * an output on purpose changes its constant.
 */
class SameBytesTest {
    @TempDir
    Path folder;

    /** Runs a command that writes files, and answers their hashes. */
    private List<String> hashes(List<String> files, String... command) throws IOException, NoSuchAlgorithmException {
        List<String> words = new ArrayList<>();
        for (String word : command) {
            words.add(files.contains(word) ? folder.resolve(word).toString() : word);
        }
        Console.run(words.toArray(String[]::new)).requireFine();
        List<String> hashes = new ArrayList<>();
        for (String file : files) {
            byte[] bytes = Files.readAllBytes(folder.resolve(file));
            hashes.add(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
        return hashes;
    }

    /** With a row for each payment in both, so that each score is in it. */
    @Test
    void shouldGiveTheSameFeaturesAndScoresOnEachJdk() throws Exception {
        List<String> words =
                List.of("fraud --count 5000 --seed 5 --threshold 0 --features f.csv --alerts a.csv".split(" "));
        for (String host : List.of("live", "inline")) {
            List<String> command = new ArrayList<>(words);
            command.addAll(List.of("--host", host));
            assertEquals(
                    List.of(
                            "acad6f651290d851f32cdeb2485e7242add887caa4660a802d3d509b3aaffb1b",
                            "44efdb30ab0a588d193d2740869c18a84584d4ba3364c1028d62e4e00d7d7ce2"),
                    hashes(List.of("f.csv", "a.csv"), command.toArray(String[]::new)));
        }
    }

    /** Three patterns, sessions of a kind and deadlines. */
    @Test
    void shouldGiveTheSameMatchesOnEachJdk() throws Exception {
        assertEquals(
                List.of("5ed270737110d4d9ec4990dd7f6a46c757fed58e7de5fa9a27b9577446d11646"),
                hashes(List.of("a.csv"), "velocity --count 20000 --seed 5 --alerts a.csv".split(" ")));
    }

    /** The normal law's tail: its exponential is the JVM's in the end. */
    @Test
    void shouldGiveTheSameProbabilitiesOnEachJdk() throws Exception {
        Random random = new Random(5);
        StringBuilder series = new StringBuilder("timestamp,value\n");
        for (int i = 0; i < 20_000; i++) {
            series.append(i)
                    .append(',')
                    .append(random.nextInt(1_000) * (i % 997 == 0 ? 7 : 1) / 8.0)
                    .append('\n');
        }
        Files.writeString(folder.resolve("s.csv"), series);
        assertEquals(
                "2175bda561acec616f59b7dc8e518f12e03ca18d426d087dc4f1464e81d00847",
                hashes(List.of("o.csv", "s.csv"), "anomaly --series s.csv --out o.csv".split(" "))
                        .get(0));
    }

    /** Bars of a second, of ticks at random. */
    @Test
    void shouldGiveTheSameBarsOnEachJdk() throws Exception {
        Random random = new Random(5);
        StringBuilder ticks = new StringBuilder();
        long ms = 0;
        for (int i = 0; i < 20_000; i++) {
            ms += random.nextInt(400);
            int bid = 10_000 + random.nextInt(1_000);
            ticks.append(ms)
                    .append(',')
                    .append(bid / 16.0)
                    .append(',')
                    .append((bid + 1 + random.nextInt(9)) / 16.0)
                    .append('\n');
        }
        Files.writeString(folder.resolve("t.csv"), ticks);
        assertEquals(
                "68ad9873f7e758fdfc403c9b3e5c4ff10daf36c514e420d5804719265f032007",
                hashes(List.of("o.csv", "t.csv"), "candles --ticks t.csv --size 1s --out o.csv".split(" "))
                        .get(0));
    }
}
