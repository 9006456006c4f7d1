package io.millrace.operators.score;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged models: refused in one form, or a model that scores. Never another exception, never a hang. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ModelFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final Pattern MESSAGE = Pattern.compile("fuzz:[1-9][0-9]*: .+; .+; .+");
    private static final String[] NASTY = {
        "",
        "-1",
        "0",
        "1",
        "2",
        "-2",
        "131072",
        "2147483647",
        "-2147483648",
        "2147483648",
        "4294967295",
        "99999999999999999999",
        "NaN",
        "inf",
        "1e999",
        "-0.0",
        "0.5",
        "x",
        "=",
        " ",
        "\t",
        "\u0000",
        "\uFFFD",
        "\u2003",
        "Tree=0",
        "Tree=1",
        "\n",
        "\r",
        "\nend of trees\n",
        "\naverage_output\n"
    };

    /** A good text, and what reads and scores it. */
    private interface Attempt {
        void run(String text) throws IOException;
    }

    @Test
    void shouldRefuseOrReadDamagedTrees() {
        for (int seed = 0; seed < 10; seed++) {
            RandomTrees trees = new RandomTrees(seed, 1 + seed % 4, 1 + seed % 3, 2 + seed % 7);
            damage(seed, trees.text(), text -> {
                Model model = GradientBoostedTrees.readLightGbm(new StringReader(text), "fuzz");
                for (int i = 0; i < 3; i++) {
                    model.raw(Arrays.copyOf(trees.row(), model.featureNames().size()));
                }
            });
        }
    }

    @Test
    void shouldRefuseOrReadDamagedWeights() {
        damage(1, WeightsTextTest.GOOD, text -> {
            Model model = LogisticModel.read(new StringReader(text), "fuzz");
            model.probability(model.raw(new double[model.featureNames().size()]));
        });
    }

    private static void damage(int seed, String good, Attempt attempt) {
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS / 10; round++) {
            String text = good;
            for (int i = random.nextInt(3); i >= 0; i--) {
                text = damaged(text, random);
            }
            refused += isRefused(text, attempt) ? 1 : 0;
        }
        assertTrue(refused > ROUNDS / 100 && refused < ROUNDS / 10, "refused " + refused);
    }

    private static boolean isRefused(String text, Attempt attempt) {
        try {
            attempt.run(text);
            return false;
        } catch (ModelFormatException e) {
            assertTrue(MESSAGE.matcher(e.getMessage()).matches(), e::getMessage);
            return true;
        } catch (IOException | RuntimeException e) {
            throw new AssertionError("not refused but failed on:\n" + text, e);
        }
    }

    private static String damaged(String text, Random random) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        int at = random.nextInt(lines.size());
        int place = random.nextInt(text.length() + 1);
        switch (random.nextInt(8)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 2 -> lines.add(lines.remove(at));
            case 3 -> lines.set(at, garbledWord(lines.get(at), random));
            case 4 -> {
                return text.substring(0, place);
            }
            case 5 -> {
                return text.substring(0, place) + NASTY[random.nextInt(NASTY.length)] + text.substring(place);
            }
            case 6 -> {
                return text.substring(0, place)
                        + (char) random.nextInt(0x2100)
                        + text.substring(Math.min(text.length(), place + 1));
            }
            default -> {
                return text.substring(0, place) + text.substring(Math.min(text.length(), place + random.nextInt(9)));
            }
        }
        return String.join("\n", lines);
    }

    private static String garbledWord(String line, Random random) {
        String[] words = line.split("(?<=[ =])");
        words[random.nextInt(words.length)] = NASTY[random.nextInt(NASTY.length)] + (random.nextBoolean() ? " " : "");
        return String.join("", words);
    }
}
