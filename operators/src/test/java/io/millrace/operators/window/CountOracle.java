package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Windows of so many events that are told before they are full, as they are defined: a list of events a key, looked at whenever progress moves. */
final class CountOracle {
    /** What is run. */
    record Spec(int size, int step, long early, int every, boolean onUpdate, boolean retracts) {
        /** One that is told in one way at least. */
        static Spec of(Random random, int most) {
            int size = 2 + random.nextInt(most - 1);
            int step = random.nextBoolean() ? size : 2 + random.nextInt(most - 1);
            int when = random.nextInt(4);
            int early = when < 2 ? 1 + random.nextInt(30) : 0;
            int every = when == 1 || when == 2 ? 1 + random.nextInt(size - 1) : 0;
            every = every > 0 && !tells(size, step, every) ? 1 : every;
            return new Spec(size, step, early, every, when == 3, random.nextBoolean());
        }

        /** Whether a window of a key that is not new ever has so many events, or a multiple of that, before a step ends. */
        static boolean tells(int size, int step, int every) {
            boolean tells = false;
            for (int count = size + step; count <= 3 * (size + step); count++) {
                int inHand = inHand(count, size, step);
                tells |= inHand > 0 && inHand % every == 0 && count % step != 0;
            }
            return tells;
        }

        /** How many of so many events are in the window that the next step ends, or the last one has. */
        private static int inHand(int count, int size, int step) {
            int end = (count + step - 1) / step * step;
            return count - Math.min(count, Math.max(0, end - size));
        }

        Window window() {
            Window window = size == step ? Window.count(size) : Window.slidingCount(size, step);
            window = early > 0 ? window.early(Duration.ofNanos(early)) : window;
            window = every > 0 ? window.every(every) : window;
            window = onUpdate ? window.emitOnUpdate() : window;
            return retracts ? window.retracting() : window;
        }
    }

    /** All events of a key. */
    private static final class Part {
        private final ArrayList<Ev> events = new ArrayList<>();
        private long dueNs = Long.MAX_VALUE;
        private long set;
        private Bar last;
    }

    private final Spec spec;
    private final Told to;
    private final Map<Long, Part> parts = new TreeMap<>();
    private long sets;

    CountOracle(Spec spec, Told to) {
        this.spec = spec;
        this.to = to;
    }

    /** Of a whole input. */
    static void answer(Spec spec, Output<Bar> bars, History input, Expected out) {
        CountOracle oracle = new CountOracle(spec, (bar, form, stampNs, dueNs) -> out.emit(bars, stampNs, form, bar));
        for (int i = 0; i < input.size(); i++) {
            oracle.fire(input.progressNs(i));
            if (input.step(i).isEvent()) {
                oracle.take(input.event(i), input.progressNs(i));
            }
        }
    }

    void fire(long progressNs) {
        parts.values().stream()
                .filter(p -> p.dueNs <= progressNs)
                .sorted(Comparator.<Part>comparingLong(p -> p.dueNs).thenComparingLong(p -> p.set))
                .forEach(p -> tell(p, p.dueNs, p.dueNs));
    }

    void take(Ev e, long progressNs) {
        Part part = parts.computeIfAbsent(e.key(), k -> new Part());
        part.events.add(e);
        int size = inHand(part).size();
        boolean isFull = part.events.size() % spec.step == 0;
        boolean isAtOnce = spec.onUpdate || spec.every > 0 && size % spec.every == 0;
        if (size > 0 && (isFull || isAtOnce)) {
            tell(part, SlidingCounts.stampNs(e, progressNs), Told.AT_ONCE);
        } else if (size > 0 && spec.early > 0 && part.dueNs == Long.MAX_VALUE) {
            long seen = Math.max(progressNs, e.timeNs());
            part.dueNs = (Math.floorDiv(seen, spec.early) + 1) * spec.early;
            part.set = sets++;
        }
        part.last = isFull ? null : part.last;
    }

    /** The events of the window that the next step ends, or the last one has. */
    private List<Ev> inHand(Part part) {
        int count = part.events.size();
        return part.events.subList(count - Spec.inHand(count, spec.size, spec.step), count);
    }

    private void tell(Part part, long stampNs, long dueNs) {
        part.dueNs = Long.MAX_VALUE;
        Bar bar = SlidingCounts.bar(inHand(part), part.last == null ? 0 : part.last.revision() + 1);
        boolean isMoved = part.last != null && (part.last.start() != bar.start() || part.last.end() != bar.end());
        boolean takesBack = part.last != null && (isMoved || spec.retracts);
        if (takesBack) {
            to.tell(part.last, EntryForm.RETRACTION, stampNs, dueNs);
        }
        boolean replaces = part.last != null && !takesBack;
        to.tell(bar, replaces ? EntryForm.REPLACEMENT : EntryForm.INSERT, stampNs, dueNs);
        part.last = bar;
    }
}
