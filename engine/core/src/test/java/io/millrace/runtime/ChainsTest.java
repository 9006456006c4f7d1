package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** However many steps and branches: each once, in order. */
class ChainsTest {
    private final List<Integer> seen = new ArrayList<>();
    private final Flow flow = new Flow();

    private List<Node> steps(int n, int stopsAt) {
        List<Node> steps = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int step = i;
            steps.add(f -> {
                seen.add(step);
                f.value(f.<Integer>value() + 1);
                return step != stopsAt;
            });
        }
        return steps;
    }

    private static List<Integer> upTo(int n) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            all.add(i);
        }
        return all;
    }

    @Test
    void shouldRunAllStepsUntilOneSaysNo() {
        for (boolean copies : new boolean[] {false, true}) {
            Chains chains = new Chains(new NodeCopies(copies));
            for (int n = 1; n <= 70; n++) {
                seen.clear();
                flow.value(0);
                assertTrue(chains.sequence(steps(n, -1)).on(flow));
                assertEquals(upTo(n), seen);
                seen.clear();
                assertFalse(chains.sequence(steps(n, n / 2)).on(flow));
                assertEquals(upTo(n / 2 + 1), seen);
            }
            assertFalse(chains.sequence(List.of()).on(flow), "nobody reads it");
        }
    }

    @Test
    void shouldSendTheSameEntryDownAllBranches() {
        for (boolean copies : new boolean[] {false, true}) {
            Chains chains = new Chains(new NodeCopies(copies));
            for (int n = 1; n <= 20; n++) {
                seen.clear();
                List<Node> branches = new ArrayList<>();
                for (Node step : steps(n, -1)) {
                    branches.add(f -> {
                        assertEquals(7, f.<Integer>value(), "untouched by the branches before");
                        assertEquals(9, f.key());
                        f.key(1);
                        return step.on(f);
                    });
                }
                flow.value(7);
                flow.key(9);
                chains.fork(branches).on(flow);
                assertEquals(upTo(n), seen);
            }
        }
    }
}
