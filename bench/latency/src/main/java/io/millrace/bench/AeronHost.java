package io.millrace.bench;

import io.millrace.bench.AeronSides.Side;
import io.millrace.bench.AeronSides.Who;
import io.millrace.bench.AeronSides.Wires;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.DutyCycle;
import io.millrace.engine.Engine;
import io.millrace.engine.Health;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.topology.Topology;
import io.millrace.transport.aeron.AeronSink;
import io.millrace.transport.aeron.AeronSource;
import io.millrace.transport.aeron.Unsent;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** An engine of ours at the other end: an inline host, which the thread of its side runs, or a live one with its own. */
final class AeronHost implements Side {
    /** One writer; looked at where frames are counted. */
    private final AtomicLong taken;

    /** Null where it is live. */
    private final Inline inline;

    private final Engine live;

    /** Those of a live one. */
    private final Set<Thread> threads;

    private DutyCycle cycle;

    private AeronHost(Setup setup, boolean isLive, AtomicLong taken) {
        this.taken = taken;
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        inline = isLive ? null : setup.inline();
        live = isLive ? setup.start() : null;
        threads = isLive ? new HashSet<>(Thread.getAllStackTraces().keySet()) : Set.of();
        if (isLive) {
            threads.removeAll(before);
        }
    }

    private static Topology filter() {
        return Millrace.topology(
                "filter",
                t -> t.from(Messages.TRANSACTIONS).filter(x -> x.id() >= 0).to(AeronSides.OUT));
    }

    private static Setup from(Wires wires, int stream) {
        return Engine.of(filter())
                .input(
                        Messages.TRANSACTIONS,
                        AeronSource.of(wires.media(), wires.there(), stream, Messages.TRANSACTION));
    }

    /** Sends back by the other stream what it takes from the one. */
    static AeronHost echo(Wires wires, Who who, int from, int to) {
        Setup setup = from(wires, from)
                .output(
                        AeronSides.OUT,
                        AeronSink.of(wires.media(), wires.back(), to, Messages.TRANSACTION)
                                .unsent(Unsent.WAIT));
        return new AeronHost(setup, who == Who.ENGINE, new AtomicLong());
    }

    /** Counts what it takes. */
    static AeronHost count(Wires wires, Who who, int from) {
        AtomicLong taken = new AtomicLong();
        Setup setup = from(wires, from).output(AeronSides.OUT, x -> taken.lazySet(taken.getPlain() + 1));
        return new AeronHost(setup, who == Who.ENGINE, taken);
    }

    /** Sends what is claimed. */
    static AeronHost sender(Wires wires, Who who, int to) {
        Setup setup = Engine.of(Millrace.topology(
                        "sends", t -> t.from(Messages.TRANSACTIONS).to(AeronSides.OUT)))
                .output(
                        AeronSides.OUT,
                        AeronSink.of(wires.media(), wires.there(), to, Messages.TRANSACTION)
                                .unsent(Unsent.WAIT));
        return new AeronHost(setup, who == Who.ENGINE, new AtomicLong());
    }

    /** Tells the id of each. */
    static AeronHost tell(Wires wires, Who who, int from, LongConsumer to) {
        Setup setup = from(wires, from).output(AeronSides.OUT, x -> to.accept(x.id()));
        return new AeronHost(setup, who == Who.ENGINE, new AtomicLong());
    }

    Claims<TransactionEncoder> claims() {
        return live != null ? live.claims(Messages.TRANSACTIONS) : inline.claims(Messages.TRANSACTIONS);
    }

    @Override
    public boolean work() throws Exception {
        if (cycle == null) {
            cycle = DutyCycle.of(inline); // on its own thread
        }
        return cycle.work();
    }

    @Override
    public boolean isLive() {
        return live != null;
    }

    @Override
    public boolean isWorking() {
        return live == null || live.health().state() != Health.State.HALTED;
    }

    @Override
    public long taken() {
        return taken.get();
    }

    @Override
    public long allocated() {
        long bytes = 0;
        for (Thread t : threads) {
            bytes += AeronSides.allocated(t);
        }
        return bytes;
    }

    @Override
    public void close() {
        if (live != null) {
            live.close();
        } else {
            inline.close();
        }
    }
}
