package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Arithmetic.SECOND_MS;

import java.util.ArrayDeque;
import java.util.HashMap;

/** The references: obviously right, on collections of java.util. A system whose answer is another one has no figure. */
public final class Reference {
    private Reference() {}

    /** The reference of a workload. */
    public static Loop of(Workload workload) {
        return switch (workload) {
            case W0 -> new W0Loop();
            case W1 -> new Tumbling();
            case W2 -> new Join();
            case W3 -> new Buckets();
            case W3X -> new Exact();
            case W4 -> new Watched();
            case W5 -> new Traded();
        };
    }

    /** W1. */
    private static final class Tumbling implements Loop {
        private final HashMap<Long, long[]> countSumMax = new HashMap<>();
        private long windowMs = -1;

        @Override
        public void on(Tx tx, Answer answer) {
            long startMs = tx.timeMs / SECOND_MS * SECOND_MS;
            if (startMs != windowMs) {
                end(answer);
                windowMs = startMs;
            }
            long[] a = countSumMax.computeIfAbsent(tx.card, k -> new long[] {0, 0, Long.MIN_VALUE});
            a[0]++;
            a[1] += tx.amountCents;
            a[2] = Math.max(a[2], tx.amountCents);
        }

        @Override
        public void end(Answer answer) {
            countSumMax.forEach((card, a) -> answer.hit(Arithmetic.hash1(card, windowMs, a[0], a[1], a[2])));
            countSumMax.clear();
        }
    }

    /** W2. */
    private static final class Join implements Loop {
        private record Login(long timeMs, long id) {}

        private final HashMap<Long, ArrayDeque<Login>> logins = new HashMap<>();

        @Override
        public void on(Tx tx, Answer answer) {
            if (tx.kind == Tx.LOGIN) {
                logins.computeIfAbsent(tx.card, k -> new ArrayDeque<>()).add(new Login(tx.timeMs, tx.id));
                return;
            }
            ArrayDeque<Login> ofCard = logins.get(tx.card);
            if (ofCard == null) {
                return;
            }
            while (!ofCard.isEmpty() && ofCard.peek().timeMs < tx.timeMs - Arithmetic.JOIN_MS) {
                ofCard.poll();
            }
            for (Login login : ofCard) {
                if (login.timeMs < tx.timeMs) {
                    answer.hit(Arithmetic.hash2(tx.id, login.id));
                }
            }
        }
    }

    /** W3. */
    private static final class Buckets implements Loop {
        private final HashMap<Long, Long> profiles = profiles();
        private final HashMap<Long, SecondSums> sums = new HashMap<>();

        @Override
        public void on(Tx tx, Answer answer) {
            if (tx.amountCents <= 0) {
                return;
            }
            SecondSums ofCard = sums.computeIfAbsent(tx.card, k -> new SecondSums());
            ofCard.add(tx.timeMs, tx.amountCents);
            alert(tx, profiles.get(tx.card), ofCard.count, ofCard.sum, answer);
        }
    }

    /** W3x. */
    private static final class Exact implements Loop {
        private record Payment(long timeMs, long amountCents) {}

        private static final class History {
            private final ArrayDeque<Payment> payments = new ArrayDeque<>();
            private long sum;
        }

        private final HashMap<Long, Long> profiles = profiles();
        private final HashMap<Long, History> histories = new HashMap<>();

        @Override
        public void on(Tx tx, Answer answer) {
            if (tx.amountCents <= 0) {
                return;
            }
            History ofCard = histories.computeIfAbsent(tx.card, k -> new History());
            while (!ofCard.payments.isEmpty() && ofCard.payments.peek().timeMs <= tx.timeMs - Arithmetic.HISTORY_MS) {
                ofCard.sum -= ofCard.payments.poll().amountCents;
            }
            ofCard.payments.add(new Payment(tx.timeMs, tx.amountCents));
            ofCard.sum += tx.amountCents;
            alert(tx, profiles.get(tx.card), ofCard.payments.size(), ofCard.sum, answer);
        }
    }

    /** W4. */
    private static final class Watched implements Loop {
        private record Decline(long timeMs, long id) {}

        private final Loop scores = new Buckets();
        private final HashMap<Long, Long> seenMs = new HashMap<>();
        private final ArrayDeque<Decline> seen = new ArrayDeque<>();
        private final HashMap<Long, ArrayDeque<Decline>> declines = new HashMap<>();

        @Override
        public void on(Tx tx, Answer answer) {
            while (!seen.isEmpty() && tx.timeMs - seen.peek().timeMs >= Arithmetic.WITHIN_MS) {
                seenMs.remove(seen.poll().id);
            }
            if (seenMs.putIfAbsent(tx.id, tx.timeMs) != null) {
                return;
            }
            seen.add(new Decline(tx.timeMs, tx.id));
            if (tx.amountCents > 0) {
                scores.on(tx, answer);
                match(tx, answer);
            }
        }

        private void match(Tx tx, Answer answer) {
            ArrayDeque<Decline> last = declines.computeIfAbsent(tx.card, k -> new ArrayDeque<>());
            if (tx.kind == Tx.DECLINED) {
                last.add(new Decline(tx.timeMs, tx.id));
                if (last.size() > Arithmetic.DECLINES) {
                    last.poll();
                }
                return;
            }
            if (last.size() == Arithmetic.DECLINES && tx.timeMs - last.peek().timeMs < Arithmetic.WITHIN_MS) {
                answer.hit(Arithmetic.hash4(last.peek().id, tx.id));
            }
            last.clear();
        }
    }

    /** W5. */
    private static final class Traded implements Loop {
        private static final int TRADES = 0, VOLUME = 1, TURNOVER = 2, SPREAD = 3;

        private final HashMap<Long, long[]> quotes = new HashMap<>();
        private final HashMap<Long, long[]> minutes = new HashMap<>();
        private long windowMs = -1;

        @Override
        public void on(Tx tx, Answer answer) {
            long startMs = tx.timeMs / Arithmetic.MINUTE_MS * Arithmetic.MINUTE_MS;
            if (startMs != windowMs) {
                end(answer);
                windowMs = startMs;
            }
            if (tx.amountCents <= 0) {
                return;
            }
            if (tx.kind == Tx.QUOTE) {
                quotes.put(tx.card, new long[] {tx.amountCents, Arithmetic.ask(tx.amountCents, tx.merchant)});
                return;
            }
            long[] quote = quotes.get(tx.card);
            if (quote != null) {
                long size = Arithmetic.size(tx.merchant);
                long[] of = minutes.computeIfAbsent(tx.card, k -> new long[4]);
                of[TRADES]++;
                of[VOLUME] += size;
                of[TURNOVER] += size * tx.amountCents;
                of[SPREAD] += size * Arithmetic.spread(tx.amountCents, quote[0], quote[1]);
            }
        }

        @Override
        public void end(Answer answer) {
            minutes.forEach((instrument, of) -> answer.hit(
                    Arithmetic.hash5(instrument, windowMs, of[TRADES], of[VOLUME], of[TURNOVER], of[SPREAD])));
            minutes.clear();
        }
    }

    private static HashMap<Long, Long> profiles() {
        HashMap<Long, Long> profiles = new HashMap<>(2 * Profiles.COUNT);
        for (int rank = 0; rank < Profiles.COUNT; rank++) {
            profiles.put(Profiles.cardOf(rank), Profiles.packed(rank));
        }
        return profiles;
    }

    /** The end of W3 and W3x, shared by all loops. */
    static void alert(Tx tx, long profile, long count, long sum, Answer answer) {
        double score = Arithmetic.score(
                tx.amountCents, tx.country, Profiles.mean(profile), Profiles.home(profile), count, sum);
        if (score > Arithmetic.THRESHOLD) {
            answer.hit(Arithmetic.hash3(tx.id, score));
        }
    }
}
