package io.millrace.operators;

import static io.millrace.operators.aggregate.Facts.Sale.SALES;
import static io.millrace.operators.aggregate.Facts.Told.TOLD;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.DoubleValues;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopItems;
import io.millrace.dsl.Trend;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Facts.Sale;
import io.millrace.operators.aggregate.OwnAggregate;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every aggregate there is, by its name, in one class: in windows of each kind and in look-backs the same. */
class EveryAggregateTest {
    private static final Pattern OF_NOTHING =
            Pattern.compile("^\\| `(\\w+)` \\|[^|]*\\| ([^|]*) \\|.*\\|$", Pattern.MULTILINE);

    /** The sum of squares. */
    static final class Squares extends OwnAggregate<Sale> {
        private final boolean asDouble;

        Squares(boolean asDouble) {
            super("squares");
            this.asDouble = asDouble;
            reads(Sale::item);
        }

        @Override
        public int summaryLongs() {
            return 1;
        }

        @Override
        public void clear(long[] summary, int at) {
            summary[at] = 0;
        }

        @Override
        public void add(long[] summary, int at, long[] values, int from) {
            summary[at] += values[from] * values[from];
        }

        @Override
        public void merge(long[] summary, int at, long[] other, int from) {
            summary[at] += other[from];
        }

        @Override
        protected void result(long[] summary, int at, Cell result) {
            if (asDouble) {
                result.set((double) summary[at]);
            } else {
                result.set(summary[at]);
            }
        }
    }

    /** Each field has the name of its word. */
    static final class Every extends Aggregates<Sale> {
        final LongValue count = count();
        final LongValue sum = sum(Sale::item);
        final LongValue sumSaturating = sumSaturating(Sale::item);
        final DoubleValue sumDouble = sumDouble(Sale::x);
        final DoubleValue mean = mean(Sale::y);
        final DoubleValue share = share(s -> s.y() < 4);
        final DoubleValue variance = variance(Sale::y);
        final DoubleValue deviation = deviation(Sale::y);
        final DoubleValue sampleVariance = sampleVariance(Sale::y);
        final DoubleValue sampleDeviation = sampleDeviation(Sale::y);
        final LongValue min = min(Sale::item);
        final LongValue max = max(Sale::item);
        final DoubleValue minDouble = minDouble(Sale::y);
        final DoubleValue maxDouble = maxDouble(Sale::y);
        final LongValue first = first(Sale::item);
        final LongValue last = last(Sale::item);
        final DoubleValue firstDouble = firstDouble(Sale::y);
        final DoubleValue lastDouble = lastDouble(Sale::y);
        final Ohlc ohlc = ohlc(Sale::y);
        final DoubleValue vwap = vwap(Sale::y, Sale::x);
        final LongValue argMin = argMin(Sale::item, Sale::item);
        final LongValue argMinByDouble = argMinByDouble(Sale::item, Sale::x);
        final DoubleValue argMinDouble = argMinDouble(Sale::y, Sale::x);
        final LongValue argMax = argMax(Sale::item, Sale::item);
        final LongValue argMaxByDouble = argMaxByDouble(Sale::item, Sale::x);
        final DoubleValue argMaxDouble = argMaxDouble(Sale::y, Sale::x);
        final LongValue distinct = distinct(Sale::item, 5);
        final LongValue distinctAbout = distinctAbout(Sale::item);
        final LongValue distinctText = distinctText(s -> "item " + s.item(), 12, 5);
        final LongValue distinctTextAbout = distinctTextAbout(s -> "item " + s.item());
        final DoubleValue quantile = quantile(1, Sale::y, 20);
        final TopItems topK = topK(2, Sale::item, 10);
        final TopItems heavyHitters = heavyHitters(1, Sale::item, 2);
        final LongValues largest = largest(2, Sale::item);
        final LongValues largestDistinct = largestDistinct(2, Sale::item);
        final DoubleValues largestDouble = largestDouble(2, Sale::x);
        final DoubleValues largestDistinctDouble = largestDistinctDouble(3, Sale::x);
        final LongValues smallest = smallest(4, Sale::item);
        final LongValues smallestDistinct = smallestDistinct(1, Sale::item);
        final DoubleValues smallestDouble = smallestDouble(2, Sale::x);
        final DoubleValues smallestDistinctDouble = smallestDistinctDouble(2, Sale::x);
        final DoubleValue ewma = ewma(Sale::y, ofNanos(5));
        final DoubleValue covariance = covariance(Sale::x, Sale::y);
        final DoubleValue sampleCovariance = sampleCovariance(Sale::x, Sale::y);
        final DoubleValue correlation = correlation(Sale::x, Sale::y);
        final Trend trend = trend(Sale::x, Sale::y);
        final LongValue ownLong = ownLong(new Squares(false));
        final DoubleValue ownDouble = ownDouble(new Squares(true));
    }

    /** Worked out by hand. */
    private static final String DUE =
            "{argMax=8, argMaxByDouble=8, argMaxDouble=9.0, argMin=7, argMinByDouble=7, argMinDouble=1.0, "
                    + "correlation=0.8660254037844385, count=3, covariance=2.6666666666666665, "
                    + "deviation=3.265986323710904, distinct=2, distinctAbout=2, distinctText=2, distinctTextAbout=2, "
                    + "ewma=6.714285714285714, first=7, firstDouble=1.0, heavyHitters=[8 x 2], "
                    + "largest=[8, 8], largestDistinct=[8, 7], largestDistinctDouble=[4.0, 2.0], largestDouble=[4.0, 2.0], "
                    + "last=8, lastDouble=9.0, "
                    + "max=8, maxDouble=9.0, mean=5.0, min=7, minDouble=1.0, ohlc=1.0 9.0 1.0 9.0, ownDouble=177.0, "
                    + "ownLong=177, quantile=9.0, sampleCovariance=4.0, sampleDeviation=4.0, sampleVariance=16.0, "
                    + "share=0.3333333333333333, smallest=[7, 8, 8], smallestDistinct=[7], "
                    + "smallestDistinctDouble=[2.0, 4.0], smallestDouble=[2.0, 2.0], sum=23, sumDouble=8.0, sumSaturating=23, topK=[8 x 2, 7 x 1], "
                    + "trend=-3.0 + 3.0 x, variance=10.666666666666666, vwap=6.0}";

    private static Map<String, String> told(Every every) {
        Map<String, String> all = new TreeMap<>();
        try {
            for (Field f : Every.class.getDeclaredFields()) {
                all.put(f.getName(), f.get(every).toString());
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        return all;
    }

    static final class Past extends LookBack<Sale> {
        final Every every = last(ofNanos(100), Every::new);
    }

    static final class Steps extends LookBack<Sale> {
        final Span<Sale> span = last(ofNanos(100)).every(ofNanos(1));
        final Every every = span.of(Every::new);
    }

    private static Map<String, String> lastOf(Consumer<Run> word) {
        Run run = new Run();
        TestDriver driver = TestDriver.of(Millrace.topology("every", t -> {
            run.sales = t.from(SALES).keyBy(Sale::key);
            word.accept(run);
        }));
        driver.send(SALES, new Sale(1, 7, 2, 1, 0));
        driver.send(SALES, new Sale(1, 8, 2, 5, 5));
        driver.send(SALES, new Sale(1, 8, 4, 9, 10)).endAll();
        assertEquals("[]", driver.deadLetters().toString());
        return run.told;
    }

    /** What the table in README.md says of nothing; an own aggregate says itself. */
    private static Map<String, String> dueOfNothing() throws IOException {
        Path module = Path.of(Files.exists(Path.of("operators/README.md")) ? "operators" : "");
        Map<String, String> due = new TreeMap<>(Map.of("ownLong", "0", "ownDouble", "0.0"));
        Matcher row = OF_NOTHING.matcher(Files.readString(module.resolve("README.md")));
        while (row.find()) {
            String said = row.group(2).replaceAll(",.*", "");
            due.putIfAbsent(row.group(1), said.matches("no (item|value)") ? "[]" : said);
        }
        due.replace("sumDouble", "0", "0.0");
        due.replace("ohlc", "absent absent absent absent");
        return due;
    }

    /** A period without events, and a question to a key without content. */
    @Test
    void shouldTellOfNothingWhatTheTableSays() throws IOException {
        List<Map<String, String>> told = new ArrayList<>();
        TestDriver driver = TestDriver.of(Millrace.topology("nothing", t -> {
            EventStream<Sale> sales = t.from(SALES);
            sales.window("w", Window.tumbling(ofNanos(10)).emitEmpty())
                    .aggregate(Every::new)
                    .filter(e -> e.windowStartNs() == 10)
                    .peek(e -> told.add(told(e)))
                    .filter(e -> false)
                    .to(TOLD, e -> null);
            sales.keyBy(Sale::key)
                    .lookBack("l", sales.filter(s -> false).keyBy(Sale::key), Past::new)
                    .peek(p -> told.add(told(p.every)))
                    .filter(p -> false)
                    .to(TOLD, e -> null);
        }));
        driver.send(SALES, new Sale(1, 7, 2, 1, 0)).send(SALES, new Sale(1, 8, 2, 5, 25));
        driver.endAll();
        assertEquals(3, told.size());
        for (Map<String, String> of : told) {
            assertEquals(dueOfNothing().toString(), of.toString());
        }
    }

    private static final class Run {
        private KeyedStream<Sale> sales;
        private Map<String, String> told = Map.of();

        void window(Window window) {
            end(sales.window("w", window)
                    .aggregate(Every::new)
                    .filter(e -> e.count.get() == 3) // windows that hop have others too
                    .peek(e -> told = told(e)));
        }

        void end(EventStream<?> stream) {
            stream.filter(e -> false).to(TOLD, e -> null);
        }
    }

    @Test
    void shouldGiveEveryAggregateInEachKindOfWindowAndInLookBacks() {
        Map<String, String> tumbling = lastOf(r -> r.window(Window.tumbling(ofNanos(100))));
        assertEquals(AggregateCatalogueTest.declarable(), tumbling.keySet(), "a field for each word");
        assertEquals(DUE, tumbling.toString());
        assertEquals(tumbling, lastOf(r -> r.window(Window.hopping(ofNanos(15), ofNanos(5)))));
        assertEquals(tumbling, lastOf(r -> r.window(Window.session(ofNanos(50)))));
        assertEquals(tumbling, lastOf(r -> r.window(Window.count(3))));
        assertEquals(tumbling, lastOf(r -> r.window(Window.slidingCount(3, 1))));
        assertEquals(tumbling, lastOf(r -> r.window(Window.global())));
        assertEquals(
                tumbling, lastOf(r -> r.end(r.sales.lookBack("l", Past::new).peek(p -> r.told = told(p.every)))));
        assertEquals(
                tumbling, lastOf(r -> r.end(r.sales.lookBack("l", Steps::new).peek(p -> r.told = told(p.every)))));
    }
}
