package io.millrace.bench.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
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
    void shouldLetEachSystemBeginARoundInItsTurn() {
        List<String> orders = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            orders.add(String.join("", Children.inOrder(List.of("a", "b", "c"), round)));
        }
        assertEquals(List.of("abc", "bca", "cab", "abc"), orders);
    }
}
