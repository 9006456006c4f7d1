package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EntryForm;
import io.millrace.event.EventView;
import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** What travels with an entry is there again behind each branch, of a plain insert and of what is more than that. */
    @Test
    void shouldGiveEachBranchAllThatTravelsWithAnEntry() {
        Firing firing = new Firing(3);
        for (int n = 2; n <= 9; n++) {
            for (int kind = 0; kind < 1 << 6; kind++) {
                seen.clear();
                flow.begin(1, 1, new byte[1], 0);
                fill(flow, kind, firing);
                String before = all(flow);
                List<Node> branches = new ArrayList<>();
                for (int i = 0; i < n; i++) {
                    int branch = i;
                    branches.add(f -> {
                        assertEquals(before, all(f));
                        fill(f, branch * 37 & 63, new Firing(4));
                        return seen.add(branch);
                    });
                }
                new Chains(new NodeCopies(false)).fork(branches).on(flow);
                assertEquals(upTo(n), seen);
            }
        }
    }

    private static void fill(Flow f, int kind, Firing firing) {
        boolean hasBytes = (kind & 1) == 0;
        boolean hasKeyBytes = (kind & 2) == 0;
        int place = kind % 5;
        if (hasBytes) {
            f.value(place, "value " + kind, new byte[] {(byte) kind}, kind, kind + 1);
        } else {
            f.value(place, "value " + kind);
        }
        if (hasKeyBytes) {
            f.key(kind, new byte[] {(byte) kind}, 1);
        } else {
            f.key(kind);
        }
        f.timeNs(kind);
        f.form((kind & 4) == 0 ? EntryForm.INSERT : EntryForm.REPLACEMENT);
        if ((kind & 8) != 0) {
            f.windowNs(kind);
            f.origin(1, kind);
        }
        if ((kind & 12) == 12) {
            f.tombstone();
        }
        f.reason((kind & 16) != 0 ? Reason.OVER_BOUND : null);
        if ((kind & 48) == 48) {
            f.late(kind);
        }
        f.cursor((kind & 3) == 0 ? null : new Cursor());
        f.firing((kind & 32) != 0 ? firing : null);
    }

    /** One that is told from others. */
    private static final class Cursor implements EventView<Object> {
        @Override
        public Object wrap(byte[] bytes, int offset, int length) {
            return this;
        }
    }

    private static String all(Flow f) {
        return f.value() + " " + Arrays.toString(f.bytes()) + (f.bytes() == null ? "" : f.offset() + " " + f.length())
                + " " + f.timeNs() + " " + f.key() + " " + Arrays.toString(f.keyBytes()) + f.keyLength() + " "
                + f.form()
                + f.isTombstone() + " " + f.windowNs() + " " + f.origin(1) + " " + f.sideReason() + f.progressNs()
                + " " + System.identityHashCode(f.cursor()) + " " + System.identityHashCode(f.firing());
    }
}
