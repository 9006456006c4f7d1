package io.millrace.operators.join;

import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.event.Entry;
import io.millrace.event.EntryForm;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.EntryEncoder;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.Topology;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Runs a join named {@code join} entry by entry: what is due and does not fit one entry waits until the next. */
final class MarketRun implements Ports {
    /** What came out: what it does to what came before, its time, and the place of the event that it comes from. */
    record Change(EntryForm form, Answer answer, long ns, long cause) {}

    private Core core;
    private final EntryEncoder<Trade> trades;
    private final EntryEncoder<Price> prices;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Integer> lettersOf = new ArrayList<>();
    private long sequence;
    private int sent;
    private int pairsBehind;

    MarketRun(long stateBytes, BiFunction<KeyedStream<Trade>, KeyedStream<Price>, JoinedStream<Trade, Price>> join) {
        this(stateBytes, Market.topology(Market.TRADES, Market.PRICES, join));
    }

    /** Of the inputs and the output of {@link Market}. */
    MarketRun(long stateBytes, Topology topology) {
        PlanOptions options = PlanOptions.fused().withStateBytes(stateBytes);
        core = new Core(Planner.plan(topology, options), this);
        trades = new EntryEncoder<>(Market.TRADES, core.source(Market.TRADES));
        prices = new EntryEncoder<>(Market.PRICES, core.source(Market.PRICES));
    }

    MarketRun send(Trade trade) {
        sent++;
        trades.encode(trade, null);
        core.process(++sequence, trades.bytes(), 0);
        return this;
    }

    MarketRun send(Price price) {
        sent++;
        prices.encode(price, null);
        core.process(++sequence, prices.bytes(), 0);
        return this;
    }

    /** Kills and restores: all that is not in a snapshot is thrown away, but for what has come out. */
    MarketRun restart() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(bytes);
        core.save(to);
        to.finish();
        StateReader from = new StateReader(new ByteArrayInputStream(bytes.toByteArray()));
        core = new Core(core.plan(), this);
        core.load(from, null);
        from.finish();
        return this;
    }

    MarketRun advance(long ns) {
        return plain(EntryKind.ADVANCE, 0, ns);
    }

    /** Ends both inputs. */
    MarketRun end() {
        plain(EntryKind.END, core.source(Market.TRADES), 0);
        return plain(EntryKind.END, core.source(Market.PRICES), 0);
    }

    /** Entries that cause nothing themselves, so many at most; answers whether something due still waits. */
    boolean isBehindAfter(int entries) {
        for (int i = 0; i < entries && core.isBehind(); i++) {
            plain(EntryKind.CONTINUE, 0, 0);
        }
        return core.isBehind();
    }

    private MarketRun plain(byte kind, int source, long ns) {
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
        EntryEncoder.plain(entry, 0, kind, source, ns);
        core.process(++sequence, entry, 0);
        return this;
    }

    List<Answer> take() {
        List<Answer> taken = List.copyOf(answers);
        answers.clear();
        return taken;
    }

    /** The same, with what they are and the moment they say. */
    List<Change> takeChanges() {
        List<Change> taken = List.copyOf(changes);
        changes.clear();
        answers.clear();
        return taken;
    }

    long dead() {
        return lettersOf.size();
    }

    /** The numbers of the events that became dead letters, the first event being 1. */
    List<Integer> lettersOf() {
        return lettersOf;
    }

    /** How many events were sent. */
    int sent() {
        return sent;
    }

    /** How many pairs came with a later entry than the event that makes them: it has waited. */
    int pairsBehind() {
        return pairsBehind;
    }

    NodeCounters counters() {
        return core.counters()[core.plan().topology().node("join").id()];
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return flow -> {
            Answer answer = flow.value();
            answers.add(answer);
            boolean isPair = answer.id() >= 0 && answer.value() >= 0;
            pairsBehind += isPair && flow.eventSequence() < sequence ? 1 : 0;
            changes.add(new Change(flow.form(), answer, flow.timeNs(), flow.eventSequence()));
        };
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return (q, node, reason, detail, cause, bytes, offset) -> lettersOf.add(sent);
    }

    @Override
    public boolean isLive(Input<?> of) {
        return false;
    }
}
