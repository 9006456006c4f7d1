package io.millrace.operators.rate;

import io.millrace.dsl.KeyedAsyncWork;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.LookupPort;
import io.millrace.event.Reason;
import io.millrace.operators.Joined;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Events that ask something outside; what comes back is an input of the case, in time, late, twice or never. */
final class AskTwins {
    record Question(long value) {}

    record Answer(long score) {}

    private static final Answer FALLBACK = new Answer(7);

    private AskTwins() {}

    /** What comes back to one that asks: to the newest request but so many. */
    record Reply(int asker, int back, Answer answer, long timeNs, int step) {}

    /** What the clock has said, where no file brings the events: nothing before its first tick. */
    record Clock(long ns) {}

    /** What was said of the word. */
    record How(long withinNs, int inFlight, boolean ordered, boolean fallback) {
        /** One that answers each event, where that is asked for. */
        static How any(Random random, boolean answersEach) {
            return new How(
                    1 + random.nextInt(60),
                    1 + random.nextInt(random.nextInt(3) == 0 ? 3 : 20),
                    random.nextBoolean(),
                    answersEach || random.nextBoolean());
        }
    }

    private static Answer answerOf(long value) {
        return value % 4 == 0 ? null : new Answer(value);
    }

    private static Ping ping(Ping of, long score, boolean isReply) {
        return new Ping(of.key(), of.value() * 11 + score * 2 + (isReply ? 1 : 0), of.timeNs());
    }

    private static Ping ping(Joined<Ping, Answer> answered) {
        return ping(answered.left(), answered.right().score(), answered.hasRight());
    }

    private static Ping late(Answer answer) {
        return new Ping(answer.score() % 3, answer.score(), 0);
    }

    /** Brings replies to all that ask: an input for each, in this order, behind those there are. */
    static Trial replies(Trial trial, List<Asks> askers) {
        Trial with = trial;
        for (Asks a : askers) {
            with = with.replies(a.port, (key, timeNs, value) -> answerOf(value));
        }
        return with;
    }

    /** Tells all of a reply; the one that has asked knows it. */
    static void tell(List<Twin> twins, int asker, History in, int i) {
        Reply reply =
                new Reply(asker, (int) in.step(i).key(), answerOf(in.step(i).value()), in.timeNs(i), i);
        twins.forEach(t -> t.hears(reply));
    }

    /** A request, and what has become of it. */
    private static final class Open {
        /** Its time begins with the first tick. */
        static final long WAITS = Long.MAX_VALUE;

        final Twin.Item item;
        long dueNs;
        boolean isSettled;
        boolean isGone;
        Reason reason;
        Answer answer;

        Open(Twin.Item item, long dueNs) {
            this.item = item;
            this.dueNs = dueNs;
        }
    }

    /** Puts beside each event what comes back in time, or what stands in for it. */
    static final class Asks extends Twin {
        private static final int UNANSWERED = 0;
        private static final int LATE = 1;

        private final LookupPort<Question, Answer> port;
        private final How how;

        /** Its number among those of the case. */
        int number;

        private final List<Open> asked = new ArrayList<>();
        private Reply inHand;

        /** Null where deadlines go by event time. */
        private Clock clock;

        Asks(String name, How how) {
            this(name, how, LookupPort.of(name, Question.class, Answer.class));
        }

        private Asks(String name, How how, LookupPort<Question, Answer> port) {
            super(name);
            this.how = how;
            this.port = port;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return withSides(sides -> {
                KeyedAsyncWork<Ping, Question, Answer> work =
                        stream.async(name, port, p -> new Question(p.value())).inFlightAtMost(how.inFlight);
                work = how.ordered ? work.ordered() : work;
                if (!how.fallback) {
                    work = work.unanswered(side -> {
                        if (sides != null) {
                            sides.add(side.keyBy(Ping::key));
                        }
                    });
                }
                if (sides != null) {
                    work = work.lateReplies(side ->
                            sides.add(side.map(Ping.class, AskTwins::late).keyBy(Ping::key)));
                }
                Duration within = Duration.ofNanos(how.withinNs);
                return (how.fallback ? work.decideWithin(within, FALLBACK) : work.decideWithin(within))
                        .map(Ping.class, AskTwins::ping);
            });
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        List<Asks> askers() {
            return List.of(this);
        }

        @Override
        public void hears(Object row) {
            inHand = row instanceof Reply r && r.asker() == number ? r : inHand;
            clock = row instanceof Clock c ? c : clock;
        }

        @Override
        List<Item> through(List<Item> items) {
            List<Item> out = new ArrayList<>();
            items.forEach(i -> take(i, out));
            if (inHand != null) {
                reply(out);
                inHand = null;
            }
            return withAside(out);
        }

        @Override
        public void take(Item item, List<Item> out) {
            if (asked.stream().filter(o -> !o.isGone).count() < how.inFlight) {
                asked.add(new Open(item, dueNs(item)));
            } else if (how.fallback && !how.ordered) {
                out.add(item.causes(ping(item.ping(), FALLBACK.score(), false), item.timeNs())
                        .aside(Reason.OVER_BOUND));
            } else {
                refuse(item, Reason.OVER_BOUND, -1);
            }
        }

        private long dueNs(Item item) {
            if (clock != null) {
                return clock.ns() == Progress.NONE ? Open.WAITS : Times.plus(clock.ns(), how.withinNs);
            }
            long fromNs = progressNs == Progress.END ? item.timeNs() : Math.max(item.timeNs(), progressNs);
            return Times.plus(fromNs, how.withinNs);
        }

        private void reply(List<Item> out) {
            if (inHand.back() >= asked.size()) {
                return; // nobody has asked, and nothing is sent
            }
            Open open = asked.get(asked.size() - 1 - inHand.back());
            Answer answer = inHand.answer();
            if (!open.isSettled) {
                settle(open, answer == null ? Reason.NO_ANSWER : null, answer, out);
            } else if (answer != null) {
                Item item = new Item(AskTwins.late(answer), inHand.timeNs(), inHand.step(), 0);
                tell(item.aside(Reason.LATE), LATE);
            }
        }

        private void settle(Open open, Reason reason, Answer answer, List<Item> out) {
            open.isSettled = true;
            open.reason = reason;
            open.answer = answer;
            if (!how.ordered) {
                send(open, out);
                return;
            }
            for (Open first : asked) {
                if (!first.isSettled) {
                    return;
                }
                if (!first.isGone) {
                    send(first, out);
                }
            }
        }

        /** It fires, at its own time. */
        private void send(Open open, List<Item> out) {
            open.isGone = true;
            Item fired = new Item(
                    open.item.ping(),
                    open.item.timeNs(),
                    -1,
                    open.item.timeNs(),
                    EntryForm.INSERT,
                    open.item.mark(),
                    null);
            if (open.reason == null) {
                out.add(fired.causes(ping(fired.ping(), open.answer.score(), true), fired.timeNs()));
            } else if (how.fallback) {
                out.add(fired.causes(ping(fired.ping(), FALLBACK.score(), false), fired.timeNs())
                        .aside(open.reason));
            } else {
                refuse(fired, open.reason, UNANSWERED);
            }
        }

        @Override
        public void fire(List<Item> out) {
            if (clock != null && clock.ns() != Progress.NONE) {
                asked.stream()
                        .filter(o -> o.dueNs == Open.WAITS)
                        .forEach(o -> o.dueNs = Times.plus(clock.ns(), how.withinNs));
            }
            long nowNs = clock == null ? progressNs : clock.ns();
            asked.stream()
                    .filter(o -> !o.isSettled && o.dueNs <= nowNs)
                    .sorted(Comparator.comparingLong(o -> o.dueNs))
                    .toList()
                    .forEach(o -> timeOut(o, out));
        }

        private void timeOut(Open o, List<Item> out) {
            if (clock != null) {
                Census.saw("deadline by the clock");
            }
            settle(o, Reason.TIMED_OUT, null, out);
        }

        /** Answers are late nowhere. */
        @Override
        public long forwards(long ofThisNs) {
            long ns = ofThisNs;
            for (Open o : asked) {
                ns = o.isGone ? ns : Math.min(ns, o.item.timeNs());
            }
            return ns;
        }

        @Override
        protected Twin fresh() {
            Asks fresh = new Asks(name, how, port);
            fresh.number = number;
            return fresh;
        }
    }
}
