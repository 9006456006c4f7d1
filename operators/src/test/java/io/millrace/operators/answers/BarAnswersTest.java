package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The minute bars of a day of bitcoin trades, made of its second bars, beside those that the same source has. Lean, Apache-2.0. */
class BarAnswersTest {
    /** In 1/100,000,000. */
    record Bar(long timeMs, long open, long high, long low, long close, long volume) {
        static Bar of(String line) {
            String[] fields = line.split(",");
            long[] numbers = new long[5];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = new BigDecimal(fields[i + 1]).movePointRight(8).longValueExact();
            }
            return new Bar(Long.parseLong(fields[0]), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        }
    }

    private static final Input<Bar> SECONDS =
            Input.of("seconds", Bar.class).eventTime(Bar::timeMs, MILLISECONDS).historic();
    private static final Output<Bar> MINUTES = Output.of("minutes", Bar.class);

    static class Minute extends Aggregates<Bar> {
        final LongValue open = first(Bar::open);
        final LongValue high = max(Bar::high);
        final LongValue low = min(Bar::low);
        final LongValue close = last(Bar::close);
        final LongValue volume = sum(Bar::volume);

        Bar bar() {
            return new Bar(windowStartNs() / 1_000_000, open.get(), high.get(), low.get(), close.get(), volume.get());
        }
    }

    private static List<Bar> bars(String resolution) throws IOException {
        String name = "bars/btcusd_20161007_" + resolution + "_trade.zip";
        try (ZipFile zip = new ZipFile(Shared.path(name).toFile())) {
            byte[] bytes = zip.getInputStream(zip.entries().nextElement()).readAllBytes();
            return new String(bytes, StandardCharsets.US_ASCII)
                    .lines()
                    .filter(l -> !l.isBlank())
                    .map(Bar::of)
                    .toList();
        }
    }

    @Test
    void shouldGiveTheMinuteBarsThatTheSourceOfTheSecondBarsHas() throws IOException {
        Topology topology = Millrace.topology(
                "bars",
                t -> t.from(SECONDS)
                        .window("minute", Window.tumbling(Duration.ofMinutes(1)))
                        .aggregate(Minute::new)
                        .to(MINUTES, Minute::bar));
        TestDriver driver = TestDriver.of(topology);
        bars("second").forEach(b -> driver.send(SECONDS, b));
        List<Bar> made = new ArrayList<>(driver.endAll().take(MINUTES));
        assertEquals(bars("minute"), made);
        assertEquals(1_419, made.size());
        assertEquals(List.of(), driver.deadLetters());
    }
}
