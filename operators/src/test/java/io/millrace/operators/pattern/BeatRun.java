package io.millrace.operators.pattern;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.Matches;
import io.millrace.dsl.Millrace;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.NodeCounters;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Runs a pattern over {@link Beat}s entry by entry: what is due and does not fit one entry waits until the next. Allocates
 * nothing itself unless it keeps what comes out.
 */
final class BeatRun implements Ports {
    static final InPlaceOutput<Beat.View, Beat.Writer> OUT = Output.of("out", Beat.BEAT);

    private final Input<Beat.View> input;
    private final Core core;
    private final byte[] entry;
    private final Beat.View event = new Beat.View();
    private final List<String> texts = new ArrayList<>();
    private boolean keeps;
    private long sequence;
    private long outputs;
    private long dead;

    /** A match, or a timeout, as a beat: the value of a match is larger than 0. */
    interface Result<P> {
        void write(P match, boolean isMatch, Beat.Writer out);
    }

    <P extends EventPattern<Beat.View>> BeatRun(
            long within, long disorder, PlanOptions options, Supplier<P> pattern, Result<P> result) {
        input = Input.of("in", Beat.BEAT)
                .eventTime(Beat.View::timeNs, NANOSECONDS)
                .disorder(Duration.ofNanos(disorder));
        Topology topology = Millrace.topology("beats", t -> {
            Matches<Beat.View, P> matches =
                    t.from(input).keyBy(Beat.View::key).pattern("pattern", Duration.ofNanos(within), pattern);
            matches.timedOut(side -> side.to(OUT, (p, out) -> result.write(p, false, out)))
                    .to(OUT, (p, out) -> result.write(p, true, out));
        });
        core = new Core(Planner.plan(topology, options), this);
        entry = new byte[core.largestEntry()];
    }

    /** From now on outputs are kept. */
    BeatRun keep() {
        keeps = true;
        return this;
    }

    void send(long key, long timeNs, char kind, long value) {
        event.set(key, timeNs, kind, value);
        int payload = Entry.begin(entry, 0, EntryKind.EVENT, 0, timeNs, null);
        Entry.end(entry, 0, Beat.BEAT.encode(event, entry, payload));
        core.process(++sequence, entry, 0);
    }

    void advance(long ns) {
        plain(EntryKind.ADVANCE, ns);
    }

    void goOn() {
        plain(EntryKind.CONTINUE, 0);
    }

    void end() {
        plain(EntryKind.END, 0);
        while (isBehind()) {
            goOn();
        }
    }

    boolean isBehind() {
        return core.isBehind();
    }

    private void plain(byte kind, long timeNs) {
        Entry.begin(entry, 0, kind, 0, timeNs, null);
        Entry.end(entry, 0, 0);
        core.process(++sequence, entry, 0);
    }

    /** What came out, as key@time and value. */
    List<String> take() {
        List<String> taken = List.copyOf(texts);
        texts.clear();
        return taken;
    }

    long outputs() {
        return outputs;
    }

    long dead() {
        return dead;
    }

    NodeCounters counters() {
        return core.counters()[core.plan().topology().node("pattern").id()];
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return flow -> {
            outputs++;
            if (keeps) {
                Beat.View b = flow.value();
                texts.add(b.key() + "@" + flow.timeNs() + " " + b.value());
            }
        };
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return (q, node, reason, detail, cause, bytes, offset) -> dead++;
    }

    @Override
    public boolean isLive(Input<?> of) {
        return false;
    }
}
