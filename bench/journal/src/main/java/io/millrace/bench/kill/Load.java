package io.millrace.bench.kill;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the killed engine does: events of several producers, each with keys of its own, so that nothing of a key depends on how producers
 * come in between one another: the timers of a key follow the time of its own producer. A sum by key, a count and a sum by key and window, a timer for keys that fall silent.
 */
final class Load {
    static final int PRODUCERS = 3;
    static final int KEYS = 17;
    static final long KEYS_APART = 1_000;
    static final long WINDOW_MS = 100;

    /** So many events at once; those that are paced come after a while each. */
    static final int BURST = 20;

    static final long PAUSE_NS = 10_000_000;

    /** Not a whole number of milliseconds: nothing is due at the time of an event. */
    static final long SILENT_NS = 50_500_000;

    /** An event: the number n of its producer. */
    record Numbered(long n, long key, long value) {
        static Numbered of(int producer, long n) {
            long mixed = (n + 1) * 0x9E3779B97F4A7C15L + producer * 0xD6E8FEB86659FD93L;
            mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
            mixed ^= mixed >>> 32;
            return new Numbered(n, producer * KEYS_APART + Math.floorMod(mixed, (long) KEYS), mixed >>> 54);
        }

        long timeNs() {
            return n * 1_000_000;
        }
    }

    /** The sum of a key behind its event n. */
    record Sum(long key, long n, long sum) {}

    /** The events of a key in a window. */
    record Count(long key, long startMs, long count, long sum) {}

    /** A key had no event behind event n for a while. */
    record Silent(long key, long n) {}

    /** The same, as the output of a number: the receiver that is marked hears of numbers. */
    record NumberedSilent(long number, long key, long n) {}

    static final List<Input<Numbered>> INPUTS = List.of(input("a"), input("b"), input("c"));
    static final Output<Sum> SUMS = Output.of("sums", Sum.class);
    static final Output<Count> COUNTS = Output.of("counts", Count.class);
    static final Output<NumberedSilent> SILENT = Output.of("silent", NumberedSilent.class);

    private Load() {}

    private static Input<Numbered> input(String name) {
        return Input.of(name, Numbered.class)
                .eventTime(Numbered::timeNs, TimeUnit.NANOSECONDS)
                .historic();
    }

    /** The state of a key. */
    static final class Account extends KeyedProcess {
        final LongState sum = longState("sum");
        final LongState last = longState("last");
        final Emit<Sum> sums = emits("sums", Sum.class);
        final Emit<Silent> silent = emits("silent", Silent.class);
        final Timer silence = timer("silence", this::fellSilent);

        Account(On<Numbered> events) {
            on(events, this::add);
        }

        private void add(Numbered e) {
            sum.add(e.value());
            last.set(e.n());
            silence.at(nowNs() + SILENT_NS);
            sums.emit(new Sum(e.key(), e.n(), sum.get()));
        }

        private void fellSilent() {
            silent.emit(new Silent(key(), last.get()));
        }
    }

    /** Counts all of them from 1, as the journal does: what is in doubt it names by number. */
    static final class Numbers extends KeyedProcess {
        final LongState count = longState("count");
        final Emit<NumberedSilent> numbered = emits("numbered", NumberedSilent.class);

        Numbers(On<Silent> silent) {
            on(silent, s -> {
                count.add(1);
                numbered.emit(new NumberedSilent(count.get(), s.key(), s.n()));
            });
        }
    }

    /** What is computed of a window. */
    static final class Totals extends Aggregates<Numbered> {
        final LongValue count = count();
        final LongValue sum = sum(Numbered::value);
        final LongValue key = min(Numbered::key);

        Count count(long startNs) {
            return new Count(key.get(), startNs / 1_000_000, count.get(), sum.get());
        }
    }

    /** With two stages timers that fired and windows are on the other thread, behind all sums. */
    static Topology topology(Kind kind) {
        return Millrace.topology("kill", t -> {
            EventStream<Numbered> all = null;
            EventStream<Sum> sums = null;
            EventStream<Silent> silent = null;
            for (Input<Numbered> input : INPUTS) {
                var events = t.from(input);
                var accounts = events.keyBy(Numbered::key)
                        .process("accounts-" + input.name(), Duration.ofDays(1), Account::new);
                all = all == null ? events : all.merge(events);
                sums = sums == null ? accounts.out(a -> a.sums) : sums.merge(accounts.out(a -> a.sums));
                silent = silent == null ? accounts.out(a -> a.silent) : silent.merge(accounts.out(a -> a.silent));
            }
            sums.to(SUMS);
            if (kind == Kind.TWO) {
                silent = silent.onThread("second");
                all = all.onThread("second");
            }
            silent.keyBy(s -> 0)
                    .process("numbers", Duration.ofDays(1), Numbers::new)
                    .out(numbers -> numbers.numbered)
                    .to(SILENT);
            var keyed = all.keyBy(Numbered::key);
            keyed.window("totals", Window.tumbling(Duration.ofMillis(WINDOW_MS)))
                    .aggregate(Totals::new)
                    .to(COUNTS, totals -> totals.count(totals.windowStartNs()));
        });
    }
}
