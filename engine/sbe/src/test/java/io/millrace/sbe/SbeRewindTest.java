package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.sbe.orders.OrderEncoder;
import io.millrace.sbe.orders.QuoteDecoder;
import io.millrace.sbe.orders.QuoteEncoder;
import io.millrace.topology.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever reads the groups of an order finds all of them, whoever has read them before. */
class SbeRewindTest {
    private static final InPlaceType<OrderDecoder, OrderEncoder> ORDER =
            Sbe.type(OrderDecoder::new, OrderEncoder::new, 120);
    private static final InPlaceInput<OrderDecoder, OrderEncoder> ORDERS = Input.of("orders", ORDER);
    private static final Output<OrderDecoder> LEFT = Output.of("left", ORDER);
    private static final Output<OrderDecoder> RIGHT = Output.of("right", ORDER);

    private final List<String> seen = new ArrayList<>();

    private void see(String who, OrderDecoder order) {
        StringBuilder text = new StringBuilder(who);
        for (OrderDecoder.FillsDecoder f : order.fills()) {
            text.append(' ').append(f.quantity()).append(f.venue());
        }
        seen.add(text.append(' ').append(order.note()).toString());
    }

    @Test
    void shouldShowEachReceiverAndEachBranchAllGroups() {
        GraphBuilder g = new GraphBuilder("orders");
        g.sink(LEFT, g.source(ORDERS, ""), "");
        g.sink(RIGHT, g.source(ORDERS, ""), "");
        try (Inline inline = Engine.of(g.build())
                .output(LEFT, (OrderDecoder o) -> see("a", o))
                .output(LEFT, (OrderDecoder o) -> see("b", o))
                .output(RIGHT, (OrderDecoder o) -> see("c", o))
                .inline()) {
            Claims<OrderEncoder> claims = inline.claims(ORDERS);
            OrderEncoder order = claims.claim();
            order.id(1)
                    .fillsCount(2)
                    .next()
                    .quantity(3)
                    .venue("X")
                    .next()
                    .quantity(4)
                    .venue("Y");
            order.note("n");
            claims.commit();
            assertEquals(0, inline.deadLetters().total());
        }
        assertEquals(List.of("a 3X 4Y n", "b 3X 4Y n", "c 3X 4Y n"), seen);
    }

    @Test
    void shouldCostAFixedBlockNothing() {
        assertTrue(ORDER.hasCursor());
        assertFalse(Sbe.type(QuoteDecoder::new, QuoteEncoder::new).hasCursor());
    }
}
