package io.millrace.operators.async;

import static io.millrace.operators.async.Shop.DECISIONS;
import static io.millrace.operators.async.Shop.DEVICES;
import static io.millrace.operators.async.Shop.FALLBACK;
import static io.millrace.operators.async.Shop.LATE;
import static io.millrace.operators.async.Shop.LOOSE;
import static io.millrace.operators.async.Shop.UNANSWERED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.AsyncWork;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operators.async.Shop.Decision;
import io.millrace.operators.async.Shop.Device;
import io.millrace.operators.async.Shop.Payment;
import io.millrace.operators.async.Shop.Reputation;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Step;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random payments and replies, of which some come late, twice or never, against the definition. */
class AsyncRandomTest {
    /** What was said of the word. */
    private record Said(long withinNs, int inFlight, boolean ordered, boolean fallback, boolean aside) {
        static Said of(Random random) {
            return new Said(
                    1 + random.nextInt(60),
                    1 + random.nextInt(12),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean());
        }

        Topology topology() {
            return Millrace.topology("random", t -> {
                AsyncWork<Payment, Device, Reputation> work = t.from(LOOSE)
                        .keyByText(Payment::shop)
                        .async("reputation", DEVICES, p -> new Device(p.device()))
                        .inFlightAtMost(inFlight)
                        .lateReplies(side -> side.to(LATE));
                work = ordered ? work.ordered() : work;
                work = aside ? work.unansweredTo(UNANSWERED) : work.unanswered(side -> {});
                Duration within = Duration.ofNanos(withinNs);
                (fallback ? work.decideWithin(within, FALLBACK) : work.decideWithin(within))
                        .to(DECISIONS, Decision::of);
            });
        }
    }

    /** An event that was asked for: when it is to be decided, and what became of it. */
    private static final class Open {
        final Payment payment;
        final long dueNs;
        Reason reason;
        Reputation answer;
        boolean settled;
        boolean gone;

        Open(Payment payment, long dueNs) {
            this.payment = payment;
            this.dueNs = dueNs;
        }
    }

    /** The definition: one list of all that was asked, gone through again and again. */
    private record Twin(Said said, History in, Expected out, List<Open> asked) {
        void answer() {
            for (int i = 0; i < in.size(); i++) {
                expire(in.progressNs(i));
                if (in.step(i).isEvent()) {
                    if (in.step(i).port() == 0) {
                        ask(i);
                    } else {
                        reply(i);
                    }
                }
                expire(in.progressNs(i));
            }
        }

        void expire(long progressNs) {
            asked.stream()
                    .filter(o -> !o.settled && o.dueNs <= progressNs)
                    .sorted(Comparator.comparingLong(o -> o.dueNs)) // stable: what is equal in the order of arrival
                    .toList()
                    .forEach(o -> settle(o, Reason.TIMED_OUT, null));
        }

        void settle(Open o, Reason reason, Reputation answer) {
            o.settled = true;
            o.reason = reason;
            o.answer = answer;
            if (!said.ordered) {
                send(o);
                return;
            }
            for (Open first : asked) {
                if (!first.gone && !first.settled) {
                    return;
                }
                if (!first.gone) {
                    send(first);
                }
            }
        }

        void send(Open o) {
            o.gone = true;
            Payment p = o.payment;
            if (o.reason == null || said.fallback) {
                int score = o.reason == null ? o.answer.score() : -FALLBACK.score();
                Decision decision = new Decision(p.shop(), p.device(), p.timeNs(), score);
                out.emit(DECISIONS, p.timeNs(), EntryForm.INSERT, o.reason, decision);
            } else if (said.aside) {
                out.emit(UNANSWERED, p.timeNs(), EntryForm.INSERT, o.reason, p);
            } else {
                out.firedLetter(p.timeNs(), "reputation", o.reason);
            }
        }

        void ask(int i) {
            Payment p = in.event(i);
            if (asked.stream().filter(o -> !o.gone).count() < said.inFlight) {
                long from = in.progressNs(i) == Progress.END ? p.timeNs() : Math.max(p.timeNs(), in.progressNs(i));
                long dueNs = from > Progress.END - said.withinNs ? Progress.END : from + said.withinNs;
                asked.add(new Open(p, dueNs));
            } else if (said.fallback && !said.ordered) {
                Decision decision = new Decision(p.shop(), p.device(), p.timeNs(), -FALLBACK.score());
                out.emit(DECISIONS, p.timeNs(), EntryForm.INSERT, Reason.OVER_BOUND, decision);
            } else {
                out.letter(i, "reputation", Reason.OVER_BOUND);
            }
        }

        /** A reply has no time of its own: it is as late as anything seen. */
        long newestNs(int i) {
            long newestNs = Progress.NONE;
            for (int j = 0; j < i; j++) {
                boolean timed = in.step(j).kind() == Step.Kind.ADVANCE
                        || in.step(j).isEvent() && in.step(j).port() == 0;
                newestNs = timed ? Math.max(newestNs, in.timeNs(j)) : newestNs;
            }
            return newestNs;
        }

        void reply(int i) {
            int back = (int) in.step(i).key();
            if (back >= asked.size()) {
                return;
            }
            Open o = asked.get(asked.size() - 1 - back);
            Reputation answer = answerOf(in.step(i).value());
            if (!o.settled) {
                settle(o, answer == null ? Reason.NO_ANSWER : null, answer);
            } else if (answer != null) {
                out.emit(LATE, newestNs(i), EntryForm.INSERT, Reason.LATE, answer);
            }
        }
    }

    private static Reputation answerOf(long value) {
        return value % 4 == 0 ? null : new Reputation((int) value);
    }

    static Trials trials() {
        return Trials.of("trials()", random -> {
            Said said = Said.of(random);
            Trial trial = Trial.of(said.topology())
                    .feed(LOOSE, (key, timeNs, value) -> new Payment("s" + key % 3, value, timeNs))
                    .replies(DEVICES, (key, timeNs, value) -> answerOf(value))
                    .weights(Weights.usual().keys(8).events(80).with(Trait.LATE, 50))
                    .compare(DECISIONS)
                    .compare(LATE)
                    .compareLetters()
                    .oracle((in, out) -> new Twin(said, in, out, new ArrayList<>()).answer())
                    .look(AsyncRandomTest::left);
            return said.aside ? trial.compare(UNANSWERED) : trial;
        });
    }

    /** Where all input has ended nothing is left. */
    private static void left(TestDriver driver) {
        driver.endAll();
        assertEquals(0, driver.counters("reputation").keys, "left in flight");
    }

    @Test
    void shouldAgreeWithTheDefinition() {
        trials().cases(250).check();
    }
}
