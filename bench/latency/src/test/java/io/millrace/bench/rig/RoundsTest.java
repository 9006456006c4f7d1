package io.millrace.bench.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void shouldSpreadAllRoundsOverTheJvmsWithoutAGap() {
        for (int all = 1; all <= 12; all++) {
            for (int jvms = 1; jvms <= 5; jvms++) {
                Rounds rounds = new Rounds(all, jvms);
                assertEquals(Math.min(all, jvms), rounds.jvms());
                assertEquals(0, rounds.first(0));
                assertEquals(all, rounds.first(rounds.jvms()));
                for (int jvm = 0; jvm < rounds.jvms(); jvm++) {
                    int runs = rounds.first(jvm + 1) - rounds.first(jvm);
                    assertEquals(all / rounds.jvms(), runs, jvm < all % rounds.jvms() ? 1 : 0, rounds + " " + jvm);
                }
            }
        }
        assertEquals(6, new Rounds(11, 2).first(1), "the first JVM has one more");
    }

    /** Who always came behind the same would always meet the caches, and the machine, as that leaves them. */
    @Test
    void shouldLetEachSystemComeAtEachPlaceAndBehindEachOtherAsOften() {
        for (int n = 1; n <= 9; n++) {
            List<Integer> all = IntStream.range(0, n).boxed().toList();
            int[][] places = new int[n][n];
            int[][] behind = new int[n][n];
            for (int round = 0; round < 2 * n; round++) {
                List<Integer> order = Children.inOrder(all, round);
                for (int i = 0; i < n; i++) {
                    places[order.get(i)][i]++;
                    if (i > 0) {
                        behind[order.get(i)][order.get(i - 1)]++;
                    }
                }
            }
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    assertEquals(2, places[a][b], n + ": " + a + " at " + b);
                    assertEquals(a == b ? 0 : 2, behind[a][b], n + ": " + a + " behind " + b);
                }
            }
        }
        assertEquals(List.of(), Children.inOrder(List.of(), 1));
    }
}
