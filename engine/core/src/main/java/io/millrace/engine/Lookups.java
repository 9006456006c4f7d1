package io.millrace.engine;

import java.util.List;
import java.util.function.BooleanSupplier;

/** What one host asks outside. */
final class Lookups {
    private final List<LookupRunner<?, ?>> runners;

    Lookups(List<LookupRunner<?, ?>> runners) {
        this.runners = List.copyOf(runners);
    }

    /** While a host is set up: adds one to those that are bound; refuses a second for a port. */
    static <Q, R> LookupRunner<Q, R> add(List<LookupRunner<?, ?>> bound, LookupRunner<Q, R> runner) {
        if (bound.stream().anyMatch(r -> r.port() == runner.port())) {
            throw new IllegalArgumentException("lookup " + runner.port().name() + " is bound already, and each request"
                    + " would be asked twice; bind one look-up, which may ask several places");
        }
        bound.add(runner);
        return runner;
    }

    /** Before the sinks start: where replies go, and whether the calling thread is one that makes room there. */
    void start(EngineThreads threads, Host host, BooleanSupplier makesRoom, EntryGate gate) {
        runners.forEach(r -> r.start(threads, host, makesRoom, gate));
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
