package io.millrace.bench.topologies;

import io.millrace.engine.Claims;
import io.millrace.event.InPlaceInput;

/** What live engine and inline host have in common for a benchmark: {@code engine::claims}, {@code inline::claims}. */
@FunctionalInterface
public interface Host {
    /** A publisher of an input, for one thread. */
    <V, W> Claims<W> claims(InPlaceInput<V, W> input);
}
