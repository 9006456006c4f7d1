package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.sbe.orders.OrderEncoder;
import io.millrace.topology.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was announced and not filled is refused at commit, not found by a reader. */
class SbeCommitTest {
    private static final InPlaceType<OrderDecoder, OrderEncoder> ORDER =
            Sbe.type(OrderDecoder::new, OrderEncoder::new, 120);
    private static final InPlaceInput<OrderDecoder, OrderEncoder> ORDERS = Input.of("orders", ORDER);
    private static final Output<OrderDecoder> OUT = Output.of("out", ORDER);

    private final List<Long> seen = new ArrayList<>();

    private Setup setup() {
        GraphBuilder g = new GraphBuilder("orders");
        g.sink(OUT, g.source(ORDERS, ""), "");
        return Engine.of(g.build()).output(OUT, (OrderDecoder o) -> seen.add(o.id()));
    }

    private void fill(Claims<OrderEncoder> claims) {
        OrderEncoder order = claims.claim();
        order.id(1).fillsCount(3).next().quantity(3).venue("X");
        RefusedException refused = assertThrows(RefusedException.class, claims::commit);
        assertEquals(Reason.MALFORMED, refused.reason());
        assertTrue(refused.getMessage().contains("goes beyond the end"), refused.getMessage());
        order = claims.claim();
        order.id(2).fillsCount(1).next().quantity(3).venue("X");
        order.note("whole");
        claims.commit();
    }

    private void check(EngineStats stats) {
        assertEquals(1, stats.inputs().get(0).refused());
        assertEquals(List.of(2L), seen);
        seen.clear();
    }

    @Test
    void shouldRefuseAGroupThatWasAnnouncedAndNotFilled() {
        try (Inline inline = setup().inline()) {
            fill(inline.claims(ORDERS));
            check(inline.stats());
        }
        for (Setup s : List.of(setup(), setup().exclusive())) {
            Engine engine = s.start();
            fill(engine.claims(ORDERS));
            engine.close();
            check(engine.stats());
        }
    }
}
