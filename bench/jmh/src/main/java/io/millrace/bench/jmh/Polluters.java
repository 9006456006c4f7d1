package io.millrace.bench.jmh;

import static io.millrace.bench.topologies.Messages.MAPPED;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.util.List;

/**
 * Four other topologies that a JVM has run before the one that is measured, as in a service with more than one: what the JIT
 * has learned of shared classes is then true of none of them.
 */
final class Polluters {
    private static final int EVENTS = 200_000;
    private static final InPlaceInput<MappedDecoder, MappedEncoder> IN = Input.of("in", MAPPED);
    private static final Output<MappedDecoder> OUT = Output.of("out", MAPPED);

    private Polluters() {}

    static void run() {
        Sum sum = new Sum();
        for (Topology topology : topologies(sum)) {
            try (Inline inline =
                    Engine.of(topology).output(OUT, m -> sum.add(m.id())).inline()) {
                Claims<MappedEncoder> claims = inline.claims(IN);
                for (int i = 0; i < EVENTS; i++) {
                    claims.claim().id(i).value(i);
                    claims.commit();
                }
            }
        }
    }

    private static List<Topology> topologies(Sum sum) {
        return List.of(
                Millrace.topology(
                        "pollute-2",
                        t -> t.from(IN)
                                .filter(m -> m.value() % 3 != 0)
                                .peek(m -> sum.add(m.value()))
                                .to(OUT)),
                Millrace.topology(
                        "pollute-4",
                        t -> t.from(IN)
                                .peek(m -> sum.add(m.id() + 1))
                                .filter(m -> m.value() % 5 != 1)
                                .map(MAPPED, (m, out) -> out.id(m.id()).value(-m.value()))
                                .filter(m -> m.value() % 7 != 2)
                                .to(OUT)),
                Millrace.topology(
                        "pollute-6",
                        t -> t.from(IN)
                                .map(MAPPED, (m, out) -> out.id(m.value()).value(m.id()))
                                .filter(m -> m.id() % 11 != 3)
                                .filter(m -> m.id() % 13 != 4)
                                .peek(m -> sum.add(m.id() - 2))
                                .map(MAPPED, (m, out) -> out.id(m.id() + 1).value(m.value() - 1))
                                .peek(m -> sum.add(m.value() ^ 5))
                                .to(OUT)),
                Millrace.topology(
                        "pollute-9",
                        t -> t.from(IN)
                                .filter(m -> m.value() >= 0)
                                .filter(m -> m.id() >= 0)
                                .filter(m -> m.value() % 17 != 5)
                                .peek(m -> sum.add(m.value() >> 1))
                                .peek(m -> sum.add(m.value() << 1))
                                .peek(m -> sum.add(m.id() >> 2))
                                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() + 1))
                                .map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() + 2))
                                .filter(m -> m.value() % 19 != 6)
                                .to(OUT)));
    }
}
