package io.millrace.operators.aggregate;

import io.millrace.operators.aggregate.Facts.Sale;
import io.millrace.operators.aggregate.Facts.Told;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** The results by their definitions, computed anew of all events, in the order in which they came. */
public final class FactsOracle {
    private final List<Sale> sales;

    private FactsOracle(List<Sale> sales) {
        this.sales = sales;
    }

    /** What is to be told of events, in the order in which they came. */
    public static Told of(long key, List<Sale> sales) {
        return new FactsOracle(sales).told(key);
    }

    private Told told(long key) {
        double xy = products(Sale::x, Sale::y);
        double xx = products(Sale::x, Sale::x);
        double yy = products(Sale::y, Sale::y);
        ToDoubleFunction<Sale> ns = ns();
        double tt = products(ns, ns);
        double bend = tt == 0 ? Double.NaN : products(ns, Sale::y) / tt;
        double slope = xx == 0 || sales.size() < 2 ? Double.NaN : xy / xx;
        int n = sales.size();
        boolean many = sales.stream().mapToLong(Sale::item).distinct().count() > Facts.AT_MOST;
        return new Told(
                key,
                min(Comparator.comparingLong(Sale::timeNs)).item(),
                min(Comparator.comparingLong(Sale::item)).item(),
                min(Comparator.comparingDouble(s -> -s.x())).item(),
                Facts.rounded(min(Comparator.comparingDouble(s -> -s.x())).y()),
                Facts.rounded(xy / n),
                Facts.rounded(n < 2 ? Double.NaN : xy / (n - 1)),
                Facts.rounded(n < 2 || xx == 0 || yy == 0 ? Double.NaN : xy / Math.sqrt(xx * yy)),
                Facts.rounded(slope),
                Facts.rounded(mean(Sale::y) - slope * mean(Sale::x)),
                Facts.rounded(bend),
                Facts.rounded(mean(Sale::y) - bend * mean(ns)),
                Facts.rounded(fading()),
                Math.min(
                        Facts.AT_MOST + 1,
                        sales.stream().mapToLong(Sale::item).distinct().count()),
                about(5),
                Facts.tenths(atRank((n + 1) / 2)),
                Facts.tenths(atRank((9 * n + 9) / 10)),
                many ? Facts.ABSENT : items(ranked(false)),
                many ? 0 : counts(ranked(false)),
                items(ranked(true)) * 1_000_003 + counts(ranked(true)),
                firsts(-1),
                firsts(1));
    }

    /** The first of the items and of y, one of them of what is different; the largest with a sign of -1. */
    private long firsts(int sign) {
        DoubleStream items = sales.stream().mapToDouble(Sale::item);
        DoubleStream ys = sales.stream().mapToDouble(Sale::y);
        long before = Facts.told(1, firsts(sign, sign < 0 ? items : items.distinct()));
        return Facts.told(before, firsts(sign, sign < 0 ? ys.distinct() : ys));
    }

    private static double[] firsts(int sign, DoubleStream values) {
        return values.map(v -> sign * v)
                .sorted()
                .limit(Facts.K)
                .map(v -> sign * v)
                .toArray();
    }

    /** Of equal ones the first to come. */
    private Sale min(Comparator<Sale> order) {
        return sales.stream().min(order).orElseThrow();
    }

    private ToDoubleFunction<Sale> ns() {
        long first = sales.stream().mapToLong(Sale::timeNs).min().orElseThrow();
        return s -> s.timeNs() - first;
    }

    private double mean(ToDoubleFunction<Sale> of) {
        return sales.stream().mapToDouble(of).sum() / sales.size();
    }

    private double products(ToDoubleFunction<Sale> x, ToDoubleFunction<Sale> y) {
        double mx = mean(x);
        double my = mean(y);
        double sum = sales.stream()
                .mapToDouble(s -> (x.applyAsDouble(s) - mx) * (y.applyAsDouble(s) - my))
                .sum();
        return Math.abs(sum) < 1e-9 ? 0 : sum;
    }

    private double fading() {
        long last = sales.stream().mapToLong(Sale::timeNs).max().orElseThrow();
        double sum = 0;
        double weights = 0;
        for (Sale s : sales) {
            double weight = Math.pow(0.5, (double) (last - s.timeNs()) / Facts.HALF_LIFE_NS);
            sum += weight * s.y();
            weights += weight;
        }
        return sum / weights;
    }

    private double atRank(int rank) {
        return sales.stream()
                .mapToDouble(Sale::y)
                .sorted()
                .skip(rank - 1)
                .findFirst()
                .orElseThrow();
    }

    private long times(long item) {
        return sales.stream().filter(s -> s.item() == item).count();
    }

    /** Those of equal counts by the smaller item, or as they came. */
    private List<Long> ranked(boolean byItem) {
        LongStream items = sales.stream().mapToLong(Sale::item).distinct();
        return (byItem ? items.sorted() : items)
                .boxed()
                .sorted(Comparator.comparingLong(i -> -times(i)))
                .limit(Facts.K)
                .toList();
    }

    private static long items(List<Long> ranked) {
        long all = ranked.size();
        for (long item : ranked) {
            all = all * 31 + item;
        }
        return all;
    }

    private long counts(List<Long> ranked) {
        long all = 0;
        for (long item : ranked) {
            all = all * 4_001 + times(item);
        }
        return all;
    }

    /** HyperLogLog as it is described, with the multiplicities of Ertl's algorithm in a map. */
    private long about(int precision) {
        int q = 64 - precision;
        double m = 1 << precision;
        Map<Integer, Integer> registers = new HashMap<>();
        for (Sale s : sales) {
            long hash = mixed(s.item());
            int rank = Math.min(q, Long.numberOfLeadingZeros(hash << precision)) + 1;
            registers.merge((int) (hash >>> q), rank, Math::max);
        }
        Map<Integer, Integer> multiplicity = new HashMap<>();
        registers.values().forEach(r -> multiplicity.merge(r, 1, Integer::sum));
        double z = 0; // no test has a register at q + 1
        for (int k = q; k >= 1; k--) {
            z = (z + multiplicity.getOrDefault(k, 0)) / 2;
        }
        double empty = (m - registers.size()) / m;
        double sigma = empty;
        double power = empty;
        for (int k = 0; k < 60; k++) {
            power *= power;
            sigma += power * Math.pow(2, k);
        }
        return Math.round(m * m / (2 * Math.log(2)) / (z + m * sigma));
    }

    private static long mixed(long value) {
        UnaryOperator<Long> first = z -> (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        UnaryOperator<Long> second = z -> (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        long z = second.apply(first.apply(value + 0x9E3779B97F4A7C15L));
        return z ^ (z >>> 31);
    }

    /** Those of a key whose times are within something. */
    public static List<Sale> within(List<Sale> all, long key, LongPredicate time) {
        List<Sale> found = new ArrayList<>();
        for (Sale s : all) {
            if (s.key() == key && time.test(s.timeNs())) {
                found.add(s);
            }
        }
        return found;
    }
}
