package io.millrace.bench.scale;

import static io.millrace.bench.topologies.Messages.MAPPED;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Input;
import io.millrace.event.Output;

/**
 * A chain, a filter that lets all pass and a map in place by turns. By hand: the same arithmetic in a loop, which the JIT
 * makes into little.
 */
final class Operators implements Pair {
    private static final InPlaceInput<MappedDecoder, MappedEncoder> VALUES = Input.of("values", MAPPED);
    private static final InPlaceOutput<MappedDecoder, MappedEncoder> RESULTS = Output.of("results", MAPPED);

    private final int operators;
    private final Answer ours = new Answer();
    private final Answer hand = new Answer();
    private final Inline inline;
    private final Claims<MappedEncoder> claims;

    Operators(int operators) {
        this.operators = operators;
        inline = Engine.of(Millrace.topology("operators", t -> chain(t).to(RESULTS)))
                .output(RESULTS, r -> ours.hit(r.value()))
                .inline();
        claims = inline.claims(VALUES);
    }

    private EventStream<MappedDecoder> chain(TopologyBuilder t) {
        EventStream<MappedDecoder> stream = t.from(VALUES);
        for (int i = 0; i < operators; i++) {
            stream = i % 2 == 0
                    ? stream.filter(m -> m.value() != -1)
                    : stream.map(MAPPED, (m, out) -> out.id(m.id()).value(m.value() + 1));
        }
        return stream;
    }

    @Override
    public void ours(long i) {
        claims.claim().id(i).value(i);
        claims.commit(null);
    }

    @Override
    public void hand(long i) {
        long value = i;
        for (int o = 0; o < operators; o++) {
            if (o % 2 == 1) {
                value++;
            } else if (value == -1) {
                return;
            }
        }
        hand.hit(value);
    }

    @Override
    public Answer oursAnswer() {
        return ours;
    }

    @Override
    public Answer handAnswer() {
        return hand;
    }
}
