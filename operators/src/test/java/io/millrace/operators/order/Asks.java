package io.millrace.operators.order;

import io.millrace.event.LookupPort;
import io.millrace.event.Reason;
import io.millrace.event.Reply;
import io.millrace.operators.Joined;
import io.millrace.operators.async.Async;
import io.millrace.operators.order.OracleNode.Item;
import io.millrace.operators.order.OracleNode.Outs;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Work outside, for the engine and for the oracle; replies are entries of the log that name a request, or none that was made. */
final class Asks {
    /** The most that one reply releases where the order is kept. */
    private static final int RELEASED = 16;

    /** An event makes so much due at most; see {@code Async}. */
    private static final int FIRINGS_OF_EVENT = 3;

    private static final Score FALLBACK = new Score(7);

    /** What is asked. */
    record Question(long id) {}

    /** What comes back. */
    record Score(long score) {}

    final LookupPort<Question, Score> port;
    private final long withinNs;
    private final int inFlight;
    private final boolean ordered;
    private final boolean fallback;

    Asks(String name, Random random) {
        port = LookupPort.of(name, Question.class, Score.class);
        withinNs = 1 + random.nextInt(60);
        inFlight = 1 + random.nextInt(random.nextInt(3) == 0 ? 3 : 40);
        ordered = random.nextBoolean();
        fallback = random.nextInt(3) > 0;
    }

    Async<Cell, Question, Score> operator() {
        Async<Cell, Question, Score> all = Async.<Cell, Question, Score>within(
                        port, c -> new Question(c.id), Duration.ofNanos(withinNs), null)
                .inFlightAtMost(inFlight);
        all = ordered ? all.ordered() : all;
        return fallback ? all.fallback(FALLBACK) : all;
    }

    /** One that answers, of a number; now and then it says that it failed. */
    static Reply<Score> reply(long number) {
        return number % 4 == 0 ? Reply.failed() : Reply.of(new Score(number));
    }

    static Cell cell(Joined<Cell, Score> answered, Cell into) {
        Cell c = answered.left();
        return into.set(id(c.id, answered.right().score(), answered.hasRight()), c.timeNs, c.tag);
    }

    private static long id(long id, long score, boolean isReply) {
        return id * 11 + 2 * score + (isReply ? 1 : 0);
    }

    Keeper keeper() {
        return new AsksKeeper();
    }

    private static final class Open {
        final long q;
        final int ordinal;
        final Item item;
        final long dueNs;
        boolean isSettled;
        long score;
        boolean isReply;
        Reason reason;

        Open(long q, int ordinal, Item item, long dueNs) {
            this.q = q;
            this.ordinal = ordinal;
            this.item = item;
            this.dueNs = dueNs;
        }
    }

    /** Lists of what has been asked; a reply comes as an item that is its number, the place of the request its time and its tag. */
    private final class AsksKeeper implements Keeper {
        /** In the order in which they were asked. */
        private final List<Open> open = new ArrayList<>();

        private final List<Item> late = new ArrayList<>();
        private long q = -1;
        private int ordinal;
        private int made;

        @Override
        public void begin(long newQ) {
            late.clear();
            ordinal = newQ == q ? ordinal : 0;
            q = newQ;
        }

        @Override
        public List<Item> side() {
            return late;
        }

        @Override
        public int made() {
            return made;
        }

        @Override
        public void take(int input, Item item, long progressNs, Outs out) {
            made = 0;
            if (input == 1) {
                reply(item, progressNs, out);
            } else if (open.size() < inFlight) {
                long fromNs = progressNs == Progress.END ? item.stampNs() : Math.max(item.stampNs(), progressNs);
                open.add(new Open(q, ordinal++, item, Times.plus(fromNs, withinNs)));
                made = FIRINGS_OF_EVENT;
            } else if (fallback && !ordered) {
                out.add(item.child(id(item.id(), FALLBACK.score(), false), item.tag()));
            } else {
                out.refuse(Reason.OVER_BOUND, item.fired());
            }
        }

        private void reply(Item reply, long progressNs, Outs out) {
            Reply<Score> said = Asks.reply(reply.id());
            Open asked = open.stream()
                    .filter(o -> !o.isSettled && o.q == reply.timeNs() && o.ordinal == reply.tag())
                    .findFirst()
                    .orElse(null);
            boolean isLate = asked == null || asked.dueNs <= progressNs;
            if (asked != null) {
                settle(asked, isLate ? null : said.value(), isLate ? Reason.TIMED_OUT : Reason.NO_ANSWER);
                release(asked, out);
            }
            if (isLate && !said.isFailed()) {
                late.add(new Item(said.value().score(), 0, 3, null, reply.stampNs(), false));
            }
        }

        private void settle(Open asked, Score answer, Reason otherwise) {
            asked.isSettled = true;
            asked.reason = otherwise;
            asked.isReply = answer != null;
            asked.score = answer == null ? FALLBACK.score() : answer.score();
        }

        private void release(Open settled, Outs out) {
            if (!ordered) {
                send(settled, out);
                return;
            }
            for (int n = 0; n < RELEASED && isFirstSettled(); n++) {
                send(open.get(0), out);
            }
        }

        private boolean isFirstSettled() {
            return !open.isEmpty() && open.get(0).isSettled;
        }

        private void send(Open o, Outs out) {
            open.remove(o);
            Item i = o.item;
            if (o.isReply || fallback) {
                out.add(new Item(id(i.id(), o.score, o.isReply), i.timeNs(), i.tag(), i, i.stampNs(), true));
            } else {
                out.refuse(o.reason, true);
            }
        }

        private Open firstDue() {
            Open first = null;
            for (Open o : open) {
                first = !o.isSettled && (first == null || o.dueNs < first.dueNs) ? o : first;
            }
            return first;
        }

        @Override
        public long nextDueNs() {
            if (ordered && isFirstSettled()) {
                return Progress.NONE;
            }
            Open first = firstDue();
            return first == null ? Long.MAX_VALUE : first.dueNs;
        }

        @Override
        public void fireInto(Outs out) {
            if (ordered && isFirstSettled()) {
                send(open.get(0), out);
                return;
            }
            Open due = firstDue();
            settle(due, null, Reason.TIMED_OUT);
            if (!ordered || open.get(0) == due) {
                send(due, out);
            }
        }

        /** Answers are late nowhere. */
        @Override
        public long holdsAtNs() {
            return open.stream().mapToLong(o -> o.item.stampNs()).min().orElse(Long.MAX_VALUE);
        }
    }
}
