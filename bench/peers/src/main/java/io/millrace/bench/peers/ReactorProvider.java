package io.millrace.bench.peers;

/** Reactor. */
public final class ReactorProvider extends Peer {
    /** For {@link java.util.ServiceLoader}. */
    public ReactorProvider() {
        super(
                "reactor",
                "Reactor, a Flux on the publisher's thread",
                ReactorSystem::new,
                "https://projectreactor.io/docs/core/release/api/reactor/core/publisher/FluxSink.OverflowStrategy.html",
                "https://projectreactor.io/docs/core/release/reference/advancedFeatures/advanced-three-sorts-batching.html");
    }

    @Override
    public String settings() {
        return "Reactor 3.8.8: `Flux.push` with `OverflowStrategy.IGNORE` and one subscriber without bound, so that an event goes"
                + " through on the publisher's thread without a queue; one event object for a run, as nothing keeps it. State: a"
                + " `HashMap` of objects in a `handle`, since `groupBy` is documented for few groups, not for 100,000; W1 hands"
                + " a second's map on when it is over. Throughput and latency alike";
    }
}
