package io.millrace.examples.tradecost;

import io.millrace.cli.Summary;
import io.millrace.transport.file.ShortestDouble;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.TreeMap;

/** What the trades of each exchange sum up to. Prices and sizes are whole, so all sums are exact. */
final class Totals {
    private final TreeMap<String, Sums> byExchange = new TreeMap<>();

    /** Of one exchange. */
    private static final class Sums {
        long trades;
        long both;
        BigInteger volume = BigInteger.ZERO;
        BigInteger value = BigInteger.ZERO;
        BigInteger volumeOfBoth = BigInteger.ZERO;
        BigInteger spread = BigInteger.ZERO;
    }

    void add(Cost c) {
        Sums s = byExchange.computeIfAbsent(c.ex(), ex -> new Sums());
        BigInteger size = BigInteger.valueOf(c.size());
        s.trades++;
        s.volume = s.volume.add(size);
        s.value = s.value.add(size.multiply(BigInteger.valueOf(c.price())));
        if (c.hasBoth()) {
            s.both++;
            s.volumeOfBoth = s.volumeOfBoth.add(size);
            s.spread = s.spread.add(size.multiply(c.spread()));
        }
    }

    /** A line an exchange: trades, those with both sides, volume, VWAP, spread. */
    void addTo(Summary summary) {
        byExchange.forEach((ex, s) -> {
            String line = s.trades + " " + s.both + " " + s.volume + " " + mean(s.value, s.volume) + " "
                    + mean(s.spread, s.volumeOfBoth);
            summary.put(ex, line.stripTrailing());
        });
    }

    /** The nearest double to the exact quotient; empty where there is none. */
    private static String mean(BigInteger sum, BigInteger weight) {
        if (weight.signum() == 0) {
            return "";
        }
        BigDecimal exact = new BigDecimal(sum).divide(new BigDecimal(weight), MathContext.DECIMAL128);
        return ShortestDouble.text(exact.doubleValue());
    }
}
