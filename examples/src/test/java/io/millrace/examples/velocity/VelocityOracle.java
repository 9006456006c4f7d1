package io.millrace.examples.velocity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The three rules as loops over the events of each card; knows no patterns. */
final class VelocityOracle {
    private static final long MINUTE_MS = 60_000;

    private final List<Alert> alerts = new ArrayList<>();

    /** All alerts, in the order of the file. */
    static List<Alert> alerts(List<CardEvent> events) {
        VelocityOracle oracle = new VelocityOracle();
        Map<Long, List<CardEvent>> cards = new TreeMap<>();
        for (CardEvent e : events) {
            cards.computeIfAbsent(e.card(), c -> new ArrayList<>()).add(e);
        }
        cards.values().forEach(oracle::card);
        oracle.alerts.sort(Comparator.comparingLong(Alert::timeMs)
                .thenComparing(Alert::rule)
                .thenComparingLong(Alert::card));
        return oracle.alerts;
    }

    private void card(List<CardEvent> events) {
        List<CardEvent> payments = events.stream().filter(CardEvent::payment).toList();
        probing(payments);
        guessing(payments);
        loginOnly(events);
    }

    private void probing(List<CardEvent> payments) {
        int begin = 0;
        for (int i = 0; i < payments.size(); i++) {
            CardEvent large = payments.get(i);
            if (large.amount() < 100) {
                continue;
            }
            List<CardEvent> taken = new ArrayList<>();
            for (CardEvent p : payments.subList(begin, i)) {
                if (p.amount() < 2 && large.timeMs() - p.timeMs() < MINUTE_MS) {
                    taken.add(p);
                }
            }
            if (taken.size() >= 2) {
                taken.add(large);
                add("probing", taken, large.timeMs());
                begin = i + 1;
            }
        }
    }

    private void guessing(List<CardEvent> payments) {
        for (int i = 0; i + 3 < payments.size(); i++) {
            List<CardEvent> four = payments.subList(i, i + 4);
            boolean declined = four.stream().limit(3).noneMatch(CardEvent::approved);
            if (declined
                    && four.get(3).approved()
                    && four.get(3).timeMs() - four.get(0).timeMs() < MINUTE_MS) {
                add("guessing", four, four.get(3).timeMs());
                i += 3;
            }
        }
    }

    private void loginOnly(List<CardEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            CardEvent login = events.get(i);
            boolean paid = events.subList(i, events.size()).stream()
                    .anyMatch(e -> e.payment() && e.timeMs() < login.timeMs() + MINUTE_MS);
            if (!login.payment() && !paid) {
                add("login-only", List.of(login), login.timeMs() + MINUTE_MS);
            }
        }
    }

    private void add(String rule, List<CardEvent> events, long timeMs) {
        CardEvent first = events.get(0);
        CardEvent last = events.get(events.size() - 1);
        String ids =
                String.join(" ", events.stream().map(e -> Long.toString(e.id())).toList());
        alerts.add(new Alert(rule, first.card(), first.id(), last.id(), ids, timeMs, false, false));
    }
}
