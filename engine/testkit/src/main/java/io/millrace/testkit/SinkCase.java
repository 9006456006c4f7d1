package io.millrace.testkit;

import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.transport.EventSink;
import io.millrace.transport.LogStart;
import io.millrace.transport.Resumption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** One case of a {@link SinkTrial}: a life of a sink, its starts included, with one fault. */
final class SinkCase<V> {
    /** A fault costs one, and what it has left perhaps another. */
    private static final int STARTS_MAX = 10;

    private static final int OUTPUTS_AN_ENTRY = 3;

    /** Of the only journal there is. */
    private static final long LOG = 1;

    private static final int SHOWN_MAX = 20;

    /** A call of a sink. */
    private interface Call {
        void run() throws Exception;
    }

    private final SinkTrial.Outside<V> outside;
    private final SinkFaults faults;
    private final LongFunction<V> event;
    private final int events;
    private final int flushEvery;
    private final int attempts;
    private final BitSet refused = new BitSet();
    private final BitSet inDoubt = new BitSet();

    /** The next to be handed over, and the first that was not flushed. */
    private int next;

    private int flushed;

    /** Nothing was handed over beyond it. */
    private int handed;

    private Exception lastStart;

    SinkCase(
            SinkTrial.Outside<V> outside,
            SinkFaults faults,
            LongFunction<V> event,
            int events,
            int flushEvery,
            int attempts) {
        this.outside = outside;
        this.faults = faults;
        this.event = event;
        this.events = events;
        this.flushEvery = flushEvery;
        this.attempts = attempts;
    }

    void run() {
        try {
            int starts = 0;
            while (!live()) {
                faults.heal();
                String why = lastStart == null ? "" : ": " + lastStart;
                require(++starts < STARTS_MAX, "it comes to no end, also where no write fails any more" + why);
            }
            judge(outside.held());
        } catch (Exception e) {
            throw new AssertionError(faults + ": " + e, e);
        }
    }

    /** Answers whether all has been taken and the sink is closed; else another start follows. */
    private boolean live() {
        try {
            EventSink<V> sink = outside.open(faults);
            boolean counted = goOn(sink.resume(new LogStart("out", LOG, firstLive())));
            sink.begin();
            boolean sound = deliver(sink, counted) & succeedsAtOnce(sink::close);
            flushed = sound ? next : flushed;
            return sound;
        } catch (SinkFaults.Killed e) {
            return false;
        } catch (Exception e) {
            lastStart = e;
            return false;
        }
    }

    /** The journal has all that made what was handed over. */
    private long firstLive() {
        return (handed + OUTPUTS_AN_ENTRY - 1) / OUTPUTS_AN_ENTRY;
    }

    /** Answers whether the sink counts. */
    private boolean goOn(Resumption from) throws Exception {
        if (from.isIdempotent()) {
            next = flushed;
            refused.clear(next, events); // it gets them once more
        } else if (from.isMarked()) {
            inDoubt.set(flushed, handed);
            next = handed;
        } else {
            require(
                    from.isAnew() || from.held() >= flushed && from.held() <= handed,
                    "it says that it holds " + from.held() + ", and has flushed " + flushed + " of " + handed);
            next = (int) from.held();
            flushed = next;
            if (from.compared() != null) {
                next = next / 2; // behind a snapshot that counts so many
                from.compared().goOn(next);
                from.compared().accepted();
            }
            refused.clear(next, events);
        }
        return !from.isMarked() && !from.isAnew();
    }

    private boolean deliver(EventSink<V> sink, boolean counted) {
        while (next < events) {
            int n = next;
            handed = Math.max(handed, n + 1);
            if (!succeeds(() -> sink.on(event.apply(n), meta(n)))) {
                if (counted) {
                    return false; // it waits for the next start
                }
                refused.set(n);
            }
            next++;
            if (next % flushEvery == 0 || next == events) {
                if (!succeeds(sink::flush)) {
                    return false;
                }
                flushed = next;
            }
        }
        return true;
    }

    private boolean succeeds(Call call) {
        for (int attempt = 0; attempt < attempts; attempt++) {
            if (succeedsAtOnce(call)) {
                return true;
            }
        }
        return false;
    }

    private static boolean succeedsAtOnce(Call call) {
        try {
            call.run();
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    private static Meta meta(int n) {
        long sequence = n / OUTPUTS_AN_ENTRY;
        int ordinal = n % OUTPUTS_AN_ENTRY;
        return new OutputMeta(
                sequence,
                ordinal,
                n,
                false,
                sequence,
                0,
                0,
                0,
                0,
                0,
                (byte) 0,
                -1,
                0,
                EntryForm.INSERT,
                null,
                0,
                false,
                false,
                false);
    }

    // ---- what is outside

    private void judge(List<V> held) {
        List<String> wrong = new ArrayList<>();
        int[] times = new int[events];
        int last = -1;
        Map<V, Integer> numbers = new HashMap<>();
        for (int n = 0; n < events; n++) {
            numbers.put(event.apply(n), n);
        }
        for (V v : held) {
            Integer n = numbers.get(v);
            if (n == null) {
                wrong.add("nobody has handed over " + v);
                continue;
            }
            times[n]++;
            if (n < last) {
                wrong.add(n + " stands behind " + last);
            }
            last = n;
        }
        for (int n = 0; n < events; n++) {
            judge(n, times[n], wrong);
        }
        require(
                wrong.isEmpty(),
                String.join("; ", wrong.subList(0, Math.min(wrong.size(), SHOWN_MAX)))
                        + (wrong.size() > SHOWN_MAX ? "; and " + (wrong.size() - SHOWN_MAX) + " more" : ""));
    }

    private void judge(int n, int times, List<String> wrong) {
        if (times > 1) {
            wrong.add(n + " is there " + times + " times");
        } else if (times == 1 && refused.get(n)) {
            wrong.add(n + " is there, and was refused");
        } else if (times == 0 && !refused.get(n) && !inDoubt.get(n)) {
            wrong.add(n + " is lost");
        }
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(faults + ": " + what);
        }
    }
}
