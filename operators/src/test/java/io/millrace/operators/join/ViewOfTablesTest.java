package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.View;
import io.millrace.event.Input;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table that a join of tables makes, as a view of it shows it. */
class ViewOfTablesTest {
    @Test
    void shouldShowTheRowsOfAJoinAndWriteThemAtTheEnd() {
        Input<Trade> trades = Market.trades(0);
        Input<Price> prices = Market.prices(0);
        Topology topology = Millrace.topology(
                "tables",
                t -> t.from(trades)
                        .keyBy(Trade::key)
                        .deleteWhen(x -> x.id() < 0)
                        .tableJoin("join", t.from(prices).keyBy(Price::key).deleteWhen(Price::gone), JoinKind.INNER)
                        .to(ANSWERS, j -> new Answer(j.left().key(), j.right().value())));
        List<View.Rows<Answer>> end = new ArrayList<>();
        View<Answer> view = View.of(ANSWERS, Answer::id).atEnd(end::add);
        try (Inline engine = Engine.of(topology).output(ANSWERS, view).inline()) {
            engine.publish(trades, new Trade(1, 1, 0));
            engine.publish(trades, new Trade(2, 2, 0));
            engine.publish(prices, new Price(1, 5, false, 1));
            engine.publish(prices, new Price(2, 6, false, 1));
            engine.doWork(0);
            assertEquals(List.of(new Answer(1, 5), new Answer(2, 6)), view.all().rows());
            engine.publish(trades, new Trade(2, -1, 2));
            engine.publish(prices, new Price(1, 7, false, 2));
            engine.doWork(0);
            assertEquals(new Answer(1, 7), view.get(1));
        }
        assertEquals(List.of(new Answer(1, 7)), end.get(0).rows());
    }
}
