package io.millrace.examples;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.View;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.transport.file.CsvSink;
import io.millrace.transport.file.CsvSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run over a file that leaves the last row of each key in another. */
class FinalTableTest {
    record Trade(@Length(8) String symbol, long account, long size, long timeMs) {}

    record Position(long account, @Length(8) String symbol, long size) {}

    static final Input<Trade> TRADES = Input.of("trades", Trade.class).eventTime(Trade::timeMs, MILLISECONDS);
    static final Output<Position> POSITIONS = Output.of("positions", Position.class);

    @Test
    void shouldWriteTheLastRowOfEachKeyWhenTheFileHasEnded(@TempDir Path folder) throws Exception {
        Path trades = folder.resolve("trades.csv");
        Path positions = folder.resolve("positions.csv");
        Files.write(
                trades,
                List.of(
                        "symbol,account,size,timeMs",
                        "EUR,10,5,1000",
                        "USD,2,6,1001",
                        "EUR,2,7,1002",
                        "EUR,10,8,1003",
                        "USD,2,0,1004"));
        Topology topology = Millrace.topology(
                "positions",
                t -> t.from(TRADES)
                        .keyByFields(k -> k.number(Trade::account).text(Trade::symbol))
                        .deleteWhen(x -> x.size() == 0)
                        .to(POSITIONS, x -> new Position(x.account(), x.symbol(), x.size())));
        View<Position> view = View.of(POSITIONS).atEnd(CsvSink.of(positions.toString(), Position.class));
        try (Engine engine = Engine.of(topology)
                .input(TRADES, CsvSource.of(trades.toString(), Trade.class))
                .output(POSITIONS, view)
                .start()) {
            assertTrue(engine.awaitEnd(Duration.ofSeconds(60)));
            assertEquals(new Position(10, "EUR", 8), view.get(10, "EUR"));
        }
        assertEquals(List.of("account,symbol,size", "2,EUR,7", "10,EUR,8"), Files.readAllLines(positions));
    }
}
