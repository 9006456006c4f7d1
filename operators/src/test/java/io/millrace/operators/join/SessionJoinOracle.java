package io.millrace.operators.join;

import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A join by sessions over lists: whoever is in one session and has not been told together is told together. */
final class SessionJoinOracle implements Trial.Oracle {
    private record Ev(boolean isLeft, long key, long ns, long id, int order) {}

    private record Told(Ev left, Ev right) {}

    private static final class Session {
        private final List<Ev> events = new ArrayList<>();

        /** Which of those of one moment comes first. */
        private int begun;

        long lastNs() {
            return events.stream().mapToLong(Ev::ns).max().orElseThrow();
        }

        long firstNs() {
            return events.stream().mapToLong(Ev::ns).min().orElseThrow();
        }

        List<Ev> of(boolean isLeft) {
            return events.stream()
                    .filter(e -> e.isLeft == isLeft)
                    .sorted(Comparator.comparingLong(Ev::ns).thenComparingInt(Ev::order))
                    .toList();
        }
    }

    private final long gapNs;
    private final long latenessNs;
    private final String kind;
    private final int matchesAtMost;
    private List<Session> sessions;
    private Set<Told> told;
    private Expected out;

    SessionJoinOracle(long gapNs, long latenessNs, String kind, int matchesAtMost) {
        this.gapNs = gapNs;
        this.latenessNs = latenessNs;
        this.kind = kind;
        this.matchesAtMost = matchesAtMost;
    }

    @Override
    public void answer(History in, Expected expected) {
        sessions = new ArrayList<>();
        told = new LinkedHashSet<>();
        out = expected;
        for (int i = 0; i < in.size(); i++) {
            out.at(i);
            long ns = Market.lenient(in.progressNs(i), latenessNs);
            progress(ns);
            if (!in.step(i).isEvent()) {
                continue;
            }
            boolean isLeft = in.step(i).port() == 0;
            Reason refused = in.timeNs(i) < ns ? Reason.LATE : take(event(in, i, isLeft));
            if (refused != null) {
                out.letter(i, "join", refused);
            }
        }
    }

    private static Ev event(History in, int i, boolean isLeft) {
        if (isLeft) {
            Trade t = in.event(i);
            return new Ev(true, t.key(), t.ns(), t.id(), i);
        }
        Price p = in.event(i);
        return new Ev(false, p.key(), p.ns(), p.value(), i);
    }

    private Reason take(Ev e) {
        List<Session> joined = sessions.stream()
                .filter(s -> s.events.get(0).key == e.key)
                .filter(s -> s.events.stream().anyMatch(o -> Math.abs(o.ns - e.ns) <= gapNs))
                .sorted(Comparator.comparingLong(Session::firstNs))
                .toList();
        Session whole = new Session();
        joined.forEach(s -> whole.events.addAll(s.events));
        whole.events.add(e);
        List<Told> pairs = pairs(whole, e);
        boolean isNotTold = kind.equals("anti") && e.isLeft; // and not kept either
        long counted = isNotTold ? pairs.stream().filter(p -> p.left != e).count() : pairs.size();
        if (counted > matchesAtMost) {
            return Reason.OVER_BOUND;
        }
        whole.begun = joined.isEmpty() ? e.order : joined.get(0).begun;
        sessions.removeAll(joined);
        sessions.add(whole);
        told.addAll(pairs);
        pairs.stream()
                .filter(p -> !kind.equals("anti"))
                .forEach(p -> send(p.left, p.right, Math.max(p.left.ns, p.right.ns)));
        return null;
    }

    private boolean isOnce() {
        return kind.equals("semi") || kind.equals("anti");
    }

    /** What is new in a session: the pairs of the event itself first. */
    private List<Told> pairs(Session whole, Ev e) {
        List<Told> pairs = new ArrayList<>();
        for (Ev l : whole.of(true)) {
            for (Ev r : whole.of(false)) {
                boolean isTold = isOnce() ? told.stream().anyMatch(t -> t.left == l) : told.contains(new Told(l, r));
                if (!isTold && (!isOnce() || pairs.stream().noneMatch(p -> p.left == l))) {
                    pairs.add(new Told(l, r));
                }
            }
        }
        pairs.sort(Comparator.comparing(p -> isOnce() ? p.left != e : p.left != e && p.right != e));
        return pairs;
    }

    private void send(Ev left, Ev right, long ns) {
        out.emit(Market.ANSWERS, ns, new Answer(left == null ? -1 : left.id, right == null ? -1 : right.id));
    }

    private void progress(long ns) {
        List<Session> over = sessions.stream()
                .filter(s -> ns >= Progress.END || s.lastNs() + gapNs < ns)
                .sorted(Comparator.comparingLong(Session::lastNs).thenComparingInt(s -> s.begun))
                .toList();
        sessions.removeAll(over);
        for (Session s : over) {
            long endNs = s.lastNs() + gapNs;
            boolean leftAlone = List.of("left", "full", "anti").contains(kind)
                    && s.of(false).isEmpty();
            boolean rightAlone =
                    List.of("right", "full").contains(kind) && s.of(true).isEmpty();
            s.of(true).stream().filter(l -> leftAlone).forEach(l -> send(l, null, endNs));
            s.of(false).stream().filter(r -> rightAlone).forEach(r -> send(null, r, endNs));
        }
    }
}
