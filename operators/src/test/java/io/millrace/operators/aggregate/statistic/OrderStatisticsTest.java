package io.millrace.operators.aggregate.statistic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import io.millrace.operators.aggregate.Panes;
import io.millrace.operators.aggregate.statistic.OrderStatistics.Equal;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The k largest and smallest numbers. */
class OrderStatisticsTest {
    private static final Argument LONG = Argument.ofLong((LongField<long[]>) a -> a[0]);
    private static final Argument DOUBLE = Argument.ofDouble((DoubleField<long[]>) a -> a[0]);
    private static final long[] FAR = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE};
    private static final double[] ODD = {
        Double.NEGATIVE_INFINITY, -Double.MAX_VALUE, -Double.MIN_VALUE, 0, Double.MIN_VALUE, Double.POSITIVE_INFINITY
    };

    private interface Word {
        OrderStatistics declare(Declarations declarations, int k, Equal equal, Argument argument);
    }

    private static List<Number> told(Word word, int k, Equal equal, Argument of, List<long[]> all) {
        Declarations declarations = new Declarations();
        OrderStatistics told = word.declare(declarations, k, equal, of);
        long[] s = new Panes(declarations.all().get(0).aggregate().fold(), new Random(k * 31L + all.size())).of(all);
        for (Declared d : declarations.all()) {
            d.aggregate().result(s, 0, 0, d.cell());
        }
        List<Number> values = new ArrayList<>();
        for (int rank = 0; rank < told.most(); rank++) {
            assertEquals(rank < told.size().asLong(), told.value(rank).isPresent());
            if (told.value(rank).isPresent()) {
                values.add(
                        of == LONG
                                ? (Number) told.value(rank).asLong()
                                : (Number) told.value(rank).asDouble());
            }
        }
        return values;
    }

    private static <N extends Number> List<N> due(List<N> all, Comparator<N> order, int k, boolean distinct) {
        return (distinct ? all.stream().distinct() : all.stream())
                .sorted(order)
                .limit(k)
                .toList();
    }

    @Test
    void shouldTellTheFirstNumbersOfAnOrder() {
        Seeds.each(0, 400, "agree(%d)", OrderStatisticsTest::agree);
    }

    private static void agree(long seed) {
        Random random = new Random(seed * 7);
        int k = 1 + random.nextInt(random.nextBoolean() ? 4 : 30);
        boolean distinct = random.nextBoolean();
        int range = 1 + random.nextInt(60);
        List<Long> longs = new ArrayList<>();
        List<Double> doubles = new ArrayList<>();
        List<long[]> ofLongs = new ArrayList<>();
        List<long[]> ofDoubles = new ArrayList<>();
        for (int n = random.nextInt(100); n > 0; n--) {
            boolean odd = random.nextInt(10) == 0;
            longs.add(odd ? FAR[random.nextInt(FAR.length)] : random.nextInt(range) - range / 2);
            doubles.add(odd ? ODD[random.nextInt(ODD.length)] : (random.nextInt(range) - range / 2) * 0.5);
            ofLongs.add(new long[] {longs.get(longs.size() - 1)});
            ofDoubles.add(new long[] {Double.doubleToLongBits(doubles.get(doubles.size() - 1))});
        }
        assertEquals(
                due(longs, Comparator.reverseOrder(), k, distinct),
                told(OrderStatistics::largest, k, distinct ? Equal.ONCE : Equal.EACH, LONG, ofLongs));
        assertEquals(
                due(longs, Comparator.naturalOrder(), k, distinct),
                told(OrderStatistics::smallest, k, distinct ? Equal.ONCE : Equal.EACH, LONG, ofLongs));
        assertEquals(
                due(doubles, Comparator.reverseOrder(), k, distinct),
                told(OrderStatistics::largestDouble, k, distinct ? Equal.ONCE : Equal.EACH, DOUBLE, ofDoubles));
        assertEquals(
                due(doubles, Comparator.naturalOrder(), k, distinct),
                told(OrderStatistics::smallestDouble, k, distinct ? Equal.ONCE : Equal.EACH, DOUBLE, ofDoubles));
    }

    @Test
    void shouldPassOverNaNAndTakeMinusZeroForZero() {
        List<long[]> all = new ArrayList<>();
        for (double value : new double[] {Double.NaN, -0.0, 1, 0.0, Double.NaN, -0.0}) {
            all.add(new long[] {Double.doubleToLongBits(value)});
        }
        assertEquals(List.of(1.0, 0.0), told(OrderStatistics::largestDouble, 9, Equal.ONCE, DOUBLE, all));
        assertEquals(List.of(0.0, 0.0, 0.0), told(OrderStatistics::smallestDouble, 3, Equal.EACH, DOUBLE, all));
        assertEquals(List.of(), told(OrderStatistics::largestDouble, 3, Equal.EACH, DOUBLE, all.subList(0, 1)));
    }

    record Bid(long id, long auction, long price) {}

    record Best(@Length(60) String prices) {}

    /** What goes is not subtracted: the next comes up. */
    @Test
    void shouldTellTheLargestOfTheRowsThatAGroupHasNow() {
        Input<Bid> bids = Input.of("bids", Bid.class);
        Output<Best> best = Output.of("best", Best.class);
        TestDriver driver = TestDriver.of(Millrace.topology(
                "auctions",
                t -> t.from(bids)
                        .keyBy(Bid::id)
                        .deleteWhen(b -> b.price() == 0)
                        .group("auctions")
                        .by(Bid::auction)
                        .aggregate(Highest::new)
                        .to(best, h -> new Best(h.two + " of " + h.different))));
        for (int id = 1; id <= 30; id++) {
            driver.send(bids, new Bid(id, 1, id / 2));
        }
        driver.take(best);
        driver.send(bids, new Bid(30, 1, 0)).send(bids, new Bid(29, 1, 0)).send(bids, new Bid(5, 1, 99));
        assertEquals(
                List.of(new Best("[14, 14] of [14]"), new Best("[14, 13] of [14]"), new Best("[99, 14] of [99]")),
                driver.take(best));
    }

    static final class Highest extends Aggregates<Bid> {
        final LongValues two = largest(2, Bid::price);
        final LongValues different = largestDistinct(1, Bid::price);
    }

    @Test
    void shouldRefuseWhatCannotBeByItsWord() {
        Declarations d = new Declarations();
        String said = assertThrows(
                        IllegalArgumentException.class, () -> OrderStatistics.largest(d, 0, Equal.EACH, LONG))
                .getMessage();
        assertTrue(said.startsWith("largest(0, …): possible are 1 to 1000 values"), said);
        String other = assertThrows(
                        IllegalArgumentException.class,
                        () -> OrderStatistics.smallestDouble(d, 1_001, Equal.ONCE, DOUBLE))
                .getMessage();
        assertTrue(other.startsWith("smallestDistinctDouble(1001, …)"), other);
    }
}
