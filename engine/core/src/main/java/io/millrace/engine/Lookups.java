package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What one host asks outside. */
final class Lookups {
    private final List<LookupRunner<?, ?>> runners;

    /** What a journal has of each port and no reply to. */
    private final List<OpenRequests<?>> open;

    Lookups(List<LookupRunner<?, ?>> runners) {
        this.runners = List.copyOf(runners);
        open = new ArrayList<>();
        runners.forEach(r -> open.add(r.before()));
    }

    /** Of a core beside a host, which asks nobody and knows all the same what is open: outputs of requests are bound to that. */
    private Lookups(Lookups host, Map<Output<?>, List<Handover.Outlet>> outlets) {
        runners = List.of();
        open = new ArrayList<>();
        for (OpenRequests<?> o : host.open) {
            OpenRequests<?> own = o.fresh();
            open.add(own);
            outlets.get(o.port().requests()).add(sinks -> own::ask);
        }
    }

    static Lookups none() {
        return new Lookups(List.of());
    }

    Lookups shadow(Map<Output<?>, List<Handover.Outlet>> outlets) {
        return new Lookups(this, outlets);
    }

    /** While a host is set up: adds one to those that are bound; refuses a second for a port. */
    static <Q, R> LookupRunner<Q, R> add(List<LookupRunner<?, ?>> bound, LookupRunner<Q, R> runner) {
        if (bound.stream().anyMatch(r -> r.port() == runner.port())) {
            throw new IllegalArgumentException(
                    "lookup " + runner.port().name()
                            + " is bound already, so each request would be sent twice; bind a single lookup, which may query several services");
        }
        bound.add(runner);
        return runner;
    }

    /** Before the sinks start: where replies go, and whether the calling thread is one that makes room there. */
    void start(EngineThreads threads, Host host, BooleanSupplier makesRoom, EntryGate gate) {
        runners.forEach(r -> r.start(threads, host, makesRoom, gate));
    }

    // ---- while a journal is read, and when it has been

    /** It is read from the beginning. */
    void clear() {
        open.forEach(OpenRequests::clear);
    }

    /** Looks at an event of the journal. */
    void see(byte[] entry, int offset) {
        for (OpenRequests<?> o : open) {
            o.see(entry, offset);
        }
    }

    void save(StateWriter to) {
        open.forEach(o -> o.save(to));
    }

    void load(StateReader from) {
        OpenRequests.load(from, open);
    }

    /** How many requests the journal has no reply to. */
    int openRequests() {
        return open.stream().mapToInt(OpenRequests::count).sum();
    }

    /** Asks these, when what makes room for replies runs. */
    void askAgain() {
        runners.forEach(LookupRunner::askAgain);
    }

    // ---- any thread

    /** Tells what is wrong. */
    void tell(Troubles to) {
        runners.forEach(r -> to.past("lookup " + r.port().name(), r.failed(), r.why()));
    }

    /** What is wrong, in words; null when nothing is. */
    String why() {
        String all = null;
        for (LookupRunner<?, ?> r : runners) {
            String why = r.why();
            all = all == null ? why : why == null ? all : all + "; " + why;
        }
        return all;
    }
}
