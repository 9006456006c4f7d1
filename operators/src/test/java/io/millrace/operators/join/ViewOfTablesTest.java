package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.engine.View;
import io.millrace.event.Input;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The table that a join of tables makes, as a view of it shows it. */
class ViewOfTablesTest {
    private static final Duration LONG = Duration.ofSeconds(50);

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

    private static final Input<Trade> TRADES = Market.trades(0);

    private static Topology latest(UnaryOperator<EventStream<Trade>> keyed) {
        return Millrace.topology(
                "latest", t -> keyed.apply(t.from(TRADES)).to(ANSWERS, x -> new Answer(x.id(), x.ns())));
    }

    /** The key is said once, in the topology. */
    @Test
    void shouldShowRowsByTheKeyOfTheirStreamWhateverItIs() {
        keys().forEach((topology, ofSecond) -> {
            View<Answer> view = View.of(ANSWERS);
            try (Inline engine = Engine.of(topology).output(ANSWERS, view).inline()) {
                engine.publish(TRADES, new Trade(2, 5, 1));
                engine.publish(TRADES, new Trade(1, 6, 2));
                engine.publish(TRADES, new Trade(2, 7, 3));
                engine.doWork(0);
                assertEquals(new Answer(7, 3), view.get(ofSecond));
                assertEquals(
                        List.of(new Answer(6, 2), new Answer(7, 3)), view.all().rows());
                engine.publish(TRADES, new Trade(2, -1, 4));
                engine.doWork(0);
                assertEquals(topology == BY_TEXT ? null : new Answer(-1, 4), view.get(ofSecond));
            }
        });
    }

    private static final Topology BY_TEXT =
            latest(s -> s.keyByText(x -> "k" + x.key()).deleteWhen(x -> x.id() < 0));

    /** Rows of topologies with a key of each kind, and how the second key is said. */
    private static Map<Topology, Object[]> keys() {
        Topology byNumber = latest(s -> s.keyBy(Trade::key));
        Topology byFields =
                latest(s -> s.keyByFields(k -> k.text(x -> "k" + x.key()).number(Trade::key)));
        return Map.of(byNumber, new Object[] {2}, BY_TEXT, new Object[] {"k2"}, byFields, new Object[] {"k2", 2});
    }

    /** With a journal rows wait for it, and come to the view later and from elsewhere. */
    @Test
    void shouldShowRowsByTheKeyOfTheirStreamBehindAJournalAndAKill() {
        keys().forEach((topology, ofSecond) -> {
            MemoryJournal journal = new MemoryJournal();
            View<Answer> view = View.of(ANSWERS);
            Engine killed =
                    Engine.of(topology).journal(journal).output(ANSWERS, view).start();
            Publisher<Trade> publisher = killed.publisher(TRADES);
            publisher.publish(new Trade(2, 5, 1));
            publisher.publish(new Trade(1, 6, 2));
            publisher.publish(new Trade(2, 7, 3));
            killed.drain(LONG);
            assertEquals(List.of(new Answer(6, 2), new Answer(7, 3)), view.all().rows());
            journal.crash();
            killed.close();

            View<Answer> next = View.of(ANSWERS);
            try (Inline engine =
                    Engine.of(topology).journal(journal).output(ANSWERS, next).inline()) {
                engine.doWork(0);
                assertEquals(new Answer(7, 3), next.get(ofSecond));
                engine.publish(TRADES, new Trade(2, -1, 4));
                engine.doWork(0);
                engine.doWork(0);
                assertEquals(topology == BY_TEXT ? null : new Answer(-1, 4), next.get(ofSecond));
                assertEquals(topology == BY_TEXT ? 1 : 2, next.all().rows().size());
            }
        });
    }

    @Test
    void shouldRefuseAStreamWithoutAKeyBeforeItStarts() {
        Setup setup = Engine.of(latest(s -> s)).output(ANSWERS, View.of(ANSWERS));
        String message =
                assertThrows(IllegalStateException.class, setup::inline).getMessage();
        assertTrue(message.contains("output answers: a view shows rows by the key of their stream"), message);
    }
}
