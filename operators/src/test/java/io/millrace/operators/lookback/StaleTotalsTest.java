package io.millrace.operators.lookback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.event.Reason;
import io.millrace.topology.KeyInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Events that were let go of while the running totals of their key still had them. */
class StaleTotalsTest {
    private static final long SPAN = 1_000;
    private static final int MANY = 3_000;

    record Ev(long cents) {}

    abstract static class Spans extends LookBack<Ev> {
        final Span<Ev> all = last(Duration.ofNanos(SPAN));
        final LongValue count = all.count();
        final LongValue cents = all.sum(Ev::cents);
    }

    /** One span with two totals. */
    static final class Two extends Spans {}

    /** Several spans of totals. */
    static final class Four extends Spans {
        final LongValue half = last(Duration.ofNanos(SPAN / 2)).count();
    }

    /** What only runs, beside what is folded. */
    static final class Folded extends Spans {
        final LongValue most = last(Duration.ofNanos(SPAN / 2)).max(Ev::cents);
    }

    private record Sent(long ns, long cents) {}

    /** One key, and all that was sent of it. */
    private static final class Key {
        final Rig<? extends Spans> rig;
        final List<Sent> all = new ArrayList<>();

        Key(Rig<? extends Spans> rig) {
            this.rig = rig;
        }

        Spans keep(long ns) {
            long cents = ns % 7 * 10 + 1;
            Spans answer = rig.send(1, ns, new Ev(cents));
            assertNotNull(answer, () -> "refused at " + ns + ": " + rig.refused);
            all.add(new Sent(ns, cents));
            return answer;
        }

        void send(long ns) {
            Spans answer = keep(ns);
            List<Sent> seen =
                    all.stream().filter(s -> s.ns() <= ns && s.ns() > ns - SPAN).toList();
            assertEquals(seen.size(), answer.count.get(), () -> "count at " + ns);
            assertEquals(seen.stream().mapToLong(Sent::cents).sum(), answer.cents.get(), () -> "cents at " + ns);
        }
    }

    private static final List<Supplier<Rig<? extends Spans>>> SHAPES =
            List.of(() -> Rig.one(Two::new), () -> Rig.one(Four::new), () -> Rig.one(Folded::new));

    /** A key of several levels, of which the agenda lets go of most; so much that one level is left, or less. */
    private static Key letGoOf(Supplier<Rig<? extends Spans>> shape, long newestNs, int many, long progressNs) {
        Key key = new Key(shape.get());
        for (int i = 0; i < many; i++) {
            key.keep(i * 300L / many);
        }
        key.send(newestNs);
        int before = key.rig.node.keys.blocks();
        key.rig.settle(progressNs);
        assertTrue(key.rig.node.keys.blocks() < before, "blocks were freed");
        return key;
    }

    @Test
    void shouldCountNothingThatTheAgendaHasLetGoOf() {
        for (Supplier<Rig<? extends Spans>> shape : SHAPES) {
            for (long progressNs : new long[] {1_100, 1_250, 1_290, 1_299, 1_310}) {
                Key key = letGoOf(shape, 900, MANY, progressNs);
                key.send(progressNs);
                key.send(progressNs + 20);
            }
        }
    }

    @Test
    void shouldCountAnOlderEventOfAKeyOfWhichTheAgendaHasLetSomethingGo() {
        for (Supplier<Rig<? extends Spans>> shape : SHAPES) {
            for (long progressNs : new long[] {1_100, 1_250, 1_290}) {
                Key key = letGoOf(shape, 1_400, MANY, progressNs);
                key.send(progressNs + 10);
                key.send(1_410);
                key.send(1_420);
            }
        }
    }

    @Test
    void shouldGoOnByItsTotalsBehindTheFirstEventThatFoundThemStale() {
        for (Supplier<Rig<? extends Spans>> shape : SHAPES.subList(0, 2)) {
            Key key = letGoOf(shape, 900, MANY, 1_100);
            key.send(1_101);
            key.rig.counters.maxSlotsTouched = 0;
            for (int i = 0; i < 10; i++) {
                key.send(1_101); // nothing leaves
            }
            long slots = key.rig.counters.maxSlotsTouched;
            assertTrue(slots <= 8, () -> slots + " slots touched to add one");
        }
    }

    @Test
    void shouldCountNothingOfWhatWentWhenAnEventFoundNoRoom() {
        int refused = 0;
        for (int full = 1; full <= 128; full *= 2) {
            Rig<Two> rig = Rig.one(Two::new, new KeyInfo("long", 0, 3, ""), 10 * 64 << 10);
            Key key = new Key(rig);
            for (int i = 0; i < full; i++) {
                key.keep(i);
            }
            while (rig.send(2, 20, new Ev(1)) != null) {
                // takes all that is left
            }
            rig.settle(1_010);
            if (rig.send(1, 1_010, new Ev(1)) == null) {
                assertEquals(Reason.OVER_BOUND, rig.refused);
                refused++;
                rig.settle(1_025); // nothing of the other is left
                key.send(1_025);
                key.send(1_030);
            }
        }
        assertTrue(refused > 1, refused + " were refused");
    }
}
