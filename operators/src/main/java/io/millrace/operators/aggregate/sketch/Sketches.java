package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.Fn.TextField;
import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import io.millrace.state.Pages;
import java.util.List;

/** Makes the aggregates of this package, and checks their arguments. */
public final class Sketches {
    /** The registers of HyperLogLog unless declared, as a power of two: 2,048. */
    public static final int PRECISION = 11;

    /** The buckets of a quantile unless declared. */
    public static final int BUCKETS = 252;

    private static final int PRECISION_MIN = 4;
    private static final int PRECISION_MAX = 12;
    private static final int BUCKETS_MIN = 16;
    private static final int VALUES_MAX = 1_000;
    private static final int ITEMS_MAX = 300;
    private static final int LENGTH_MAX = 255;

    private Sketches() {}

    /**
     * The number of different longs. Its argument is the long.
     *
     * @param atMost how many are told apart
     * @return the aggregate
     * @throws IllegalArgumentException if that is out of range
     */
    public static Aggregate distinct(int atMost) {
        require(atMost >= 1 && atMost <= VALUES_MAX, "distinct(…, " + atMost + ")", "1 to " + VALUES_MAX + " values");
        return new DistinctAggregate(new DistinctFold(atMost));
    }

    /**
     * The number of different texts. Its arguments are {@link #texts}. The texts must fit a page, with what else a key
     * has there; a topology refuses what does not. What could fit no page is refused here.
     *
     * @param length the most characters of a text
     * @param atMost how many are told apart
     * @return the aggregate
     * @throws IllegalArgumentException if that is out of range
     */
    public static Aggregate distinctTexts(int length, int atMost) {
        require(
                atMost >= 1 && atMost <= VALUES_MAX,
                "distinctText(…, " + atMost + ")",
                "1 to " + VALUES_MAX + " texts");
        require(
                length >= 1 && length <= LENGTH_MAX,
                "distinctText(…, " + length + ", …)",
                "texts of 1 to " + LENGTH_MAX + " characters");
        long longs = 1 + (long) atMost * TextParts.longs(length);
        require(
                longs < Pages.PAGE_LONGS,
                "distinctText(…, " + length + ", " + atMost + "), which keeps " + 8 * longs + " bytes",
                "as long and as many texts as need less than " + Pages.PAGE_BYTES);
        return new DistinctAggregate(new DistinctTextsFold(TextParts.longs(length), atMost));
    }

    /**
     * A text as arguments for {@link #distinctTexts}.
     *
     * @param field  reads the text from an event
     * @param length the most characters of a text
     * @return as many whole numbers as a text may need
     */
    public static Argument[] texts(TextField<?> field, int length) {
        return TextParts.of(field, length).toArray(new Argument[0]);
    }

    /**
     * About the number of different longs. Its argument is the long.
     *
     * @param precision the number of registers, as a power of two
     * @return the aggregate
     * @throws IllegalArgumentException if that is out of range
     */
    public static Aggregate distinctAbout(int precision) {
        boolean can = precision >= PRECISION_MIN && precision <= PRECISION_MAX;
        require(can, "distinctAbout(…, " + precision + ")", "a precision of " + PRECISION_MIN + " to " + PRECISION_MAX);
        return new HyperLogLogEstimate(precision);
    }

    /**
     * A text as an argument for {@link #distinctAbout}.
     *
     * @param field reads the text from an event
     * @return a hash of it, with a fixed seed
     */
    public static Argument text(TextField<?> field) {
        return Argument.ofLong(new TextHash<>(field));
    }

    /**
     * The version in which what aggregates keep is saved. In the first version texts had another hash; in the second,
     * texts that are told apart exactly had a hash too.
     *
     * @param declared all aggregates
     * @return the version, for {@link io.millrace.operator.Operator#stateVersion}
     */
    public static int stateVersion(List<Declared> declared) {
        boolean hasTexts = false;
        boolean hasParts = false;
        for (Declared d : declared) {
            hasTexts |= d.arguments().stream().anyMatch(a -> a.ofLong() instanceof TextHash);
            hasParts |= d.arguments().stream().anyMatch(TextParts::isPart);
        }
        return hasParts ? 3 : hasTexts ? 2 : 1;
    }

    /**
     * The version in which what aggregates keep of events is saved. In the first version ties were broken by the
     * sequence; now they are broken by the turn.
     *
     * @param declared all aggregates
     * @return the version, for {@link io.millrace.operator.Operator#stateVersion}
     */
    public static int stateVersionOfEvents(List<Declared> declared) {
        boolean hasTurns = false;
        for (Declared d : declared) {
            hasTurns |= d.arguments().contains(Argument.TURN);
        }
        return Math.max(hasTurns ? 2 : 1, stateVersion(declared));
    }

    /**
     * A quantile. Its argument is a double.
     *
     * @param p       the rank, 0 to 1
     * @param buckets how many buckets may have a value
     * @return the aggregate
     * @throws IllegalArgumentException if that is out of range
     */
    public static Aggregate quantile(double p, int buckets) {
        require(p >= 0 && p <= 1, "quantile(" + p + ", …)", "0 to 1");
        boolean can = buckets >= BUCKETS_MIN && buckets <= VALUES_MAX;
        require(can, "quantile(…, " + buckets + ")", BUCKETS_MIN + " to " + VALUES_MAX + " buckets");
        return new QuantileAggregate(p, buckets);
    }

    /**
     * Declares the most frequent longs, counted exactly.
     *
     * @param declarations takes the values
     * @param k            how many are wanted
     * @param item         the long
     * @param atMost       how many different ones are counted
     * @return the values that will hold the result
     * @throws IllegalArgumentException if that is out of range
     */
    public static Ranked topK(Declarations declarations, int k, Argument item, int atMost) {
        requireRanks("topK", k, atMost);
        return Ranked.exact(declarations, k, item, atMost);
    }

    /**
     * Declares the most frequent longs, counted with a number of counters.
     *
     * @param declarations takes the values
     * @param k            how many are wanted
     * @param item         the long
     * @param counters     how many longs have a counter
     * @return the values that will hold the result
     * @throws IllegalArgumentException if that is out of range
     */
    public static Ranked heavyHitters(Declarations declarations, int k, Argument item, int counters) {
        requireRanks("heavyHitters", k, counters);
        return Ranked.about(declarations, k, item, counters);
    }

    private static void requireRanks(String word, int k, int items) {
        String said = word + "(" + k + ", …, " + items + ")";
        require(k >= 1 && k <= items, said, "1 to as many as are counted");
        require(items <= ITEMS_MAX, said, "at most " + ITEMS_MAX + " that are counted");
    }

    private static void require(boolean can, String said, String possible) {
        if (!can) {
            throw new IllegalArgumentException(said + ": possible are " + possible);
        }
    }
}
