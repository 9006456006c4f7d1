package io.millrace.operators.join;

import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** An interval join over lists of all events there ever were. */
final class IntervalOracle {
    private final long fromNs;
    private final long toNs;
    private final long windowNs;
    private final String kind;
    private long offsetNs;
    private long stepNs;
    private final List<Left> lefts = new ArrayList<>();
    private final List<Right> rights = new ArrayList<>();
    final List<Answer> answers = new ArrayList<>();
    final List<Long> times = new ArrayList<>();

    private static final class Left {
        final Trade event;
        final long endNs;
        final Set<Long> gone = new HashSet<>();
        boolean done;

        Left(Trade event, long endNs) {
            this.event = event;
            this.endNs = endNs;
        }
    }

    private static final class Right {
        final Price event;
        final Set<Long> gone = new HashSet<>();
        boolean done;

        Right(Price event) {
            this.event = event;
        }
    }

    private record Due(long momentNs, int side, Runnable sends) {}

    IntervalOracle(long fromNs, long toNs, long windowNs, String kind) {
        this.fromNs = fromNs;
        this.toNs = toNs;
        this.windowNs = windowNs;
        this.kind = kind;
    }

    /** Moves its windows. */
    IntervalOracle offset(long ns) {
        offsetNs = ns;
        return this;
    }

    /** Its windows begin every so often. */
    IntervalOracle step(long ns) {
        stepNs = ns;
        return this;
    }

    /** The last moments of the windows that hold both, one after the other; those of a step that is no less than the size: none. */
    private List<Long> shared(long a, long b) {
        List<Long> ends = new ArrayList<>();
        long start = Math.floorDiv(Math.min(a, b) - windowNs - offsetNs, stepNs) * stepNs + offsetNs;
        for (; start <= Math.min(a, b); start += stepNs) {
            if (Math.max(a, b) < start + windowNs && Math.min(a, b) >= start) {
                ends.add(start + windowNs - 1);
            }
        }
        return ends;
    }

    private boolean matches(Left l, Right r) {
        if (stepNs > 0) {
            return l.event.key() == r.event.key()
                    && !shared(l.event.ns(), r.event.ns()).isEmpty();
        }
        if (windowNs > 0) {
            return l.event.key() == r.event.key() && windowEnd(l.event.ns()) == windowEnd(r.event.ns());
        }
        return l.event.key() == r.event.key() && r.event.ns() >= l.event.ns() + fromNs && r.event.ns() <= l.endNs;
    }

    private long windowEnd(long ns) {
        return (Math.floorDiv(ns - offsetNs, windowNs) + 1) * windowNs - 1 + offsetNs;
    }

    private long moment(Left l) {
        return windowNs > 0 ? windowEnd(l.event.ns()) : Math.max(l.event.ns(), l.endNs);
    }

    private long moment(Right r) {
        return windowNs > 0 ? windowEnd(r.event.ns()) : r.event.ns() + Math.max(0, -fromNs);
    }

    private void send(Left l, Right r, long ns) {
        answers.add(new Answer(l == null ? -1 : l.event.id(), r == null ? -1 : r.event.value()));
        times.add(ns);
    }

    private void pair(Left l, Right r) {
        boolean first = !l.done;
        l.done = true;
        r.done = true;
        if (stepNs > 0 && kind.equals("anti")) {
            return;
        }
        if (stepNs > 0 && !kind.equals("semi")) {
            shared(l.event.ns(), r.event.ns()).forEach(ns -> send(l, r, ns));
            return;
        }
        if (kind.equals("semi") ? first : !kind.equals("anti")) {
            send(l, r, Math.max(l.event.ns(), r.event.ns()));
        }
    }

    void left(Trade event) {
        left(event, event.ns() + toNs);
    }

    void left(Trade event, long endNs) {
        Left l = new Left(event, endNs);
        lefts.add(l);
        rights.stream()
                .filter(r -> matches(l, r))
                .sorted(Comparator.comparingLong(r -> r.event.ns()))
                .forEach(r -> pair(l, r));
    }

    void right(Price event) {
        Right r = new Right(event);
        rights.add(r);
        lefts.stream()
                .filter(l -> matches(l, r))
                .sorted(Comparator.comparingLong(l -> l.event.ns()))
                .forEach(l -> pair(l, r));
    }

    /** What comes alone, by (moment, side, order). */
    void progress(long progressNs) {
        boolean leftAlone = List.of("left", "full", "anti").contains(kind);
        boolean rightAlone = List.of("right", "full").contains(kind);
        if (stepNs > 0) {
            send(windowsOver(leftAlone, rightAlone, progressNs), progressNs);
            return;
        }
        Stream<Due> ofLeft = lefts.stream()
                .filter(l -> leftAlone && !l.done)
                .map(l -> new Due(moment(l), 0, () -> {
                    l.done = true;
                    send(l, null, moment(l));
                }));
        Stream<Due> ofRight = rights.stream()
                .filter(r -> rightAlone && !r.done)
                .map(r -> new Due(moment(r), 1, () -> {
                    r.done = true;
                    send(null, r, moment(r));
                }));
        send(Stream.concat(ofLeft, ofRight), progressNs);
    }

    /** Each window that is over, by itself: who has nobody in it of the other side. */
    private Stream<Due> windowsOver(boolean leftAlone, boolean rightAlone, long progressNs) {
        List<Due> due = new ArrayList<>();
        for (Left l : leftAlone ? lefts : List.<Left>of()) {
            for (long ns : shared(l.event.ns(), l.event.ns())) {
                boolean isAlone = rights.stream()
                        .noneMatch(r -> r.event.key() == l.event.key()
                                && shared(l.event.ns(), r.event.ns()).contains(ns));
                if (ns < progressNs && l.gone.add(ns) && isAlone) {
                    due.add(new Due(ns, 0, () -> send(l, null, ns)));
                }
            }
        }
        for (Right r : rightAlone ? rights : List.<Right>of()) {
            for (long ns : shared(r.event.ns(), r.event.ns())) {
                boolean isAlone = lefts.stream()
                        .noneMatch(l -> r.event.key() == l.event.key()
                                && shared(l.event.ns(), r.event.ns()).contains(ns));
                if (ns < progressNs && r.gone.add(ns) && isAlone) {
                    due.add(new Due(ns, 1, () -> send(null, r, ns)));
                }
            }
        }
        return due.stream();
    }

    private static void send(Stream<Due> due, long progressNs) {
        due.filter(d -> d.momentNs < progressNs)
                .sorted(Comparator.comparingLong(Due::momentNs).thenComparingInt(Due::side))
                .toList()
                .forEach(d -> d.sends.run());
    }
}
