package io.millrace.operators.answers;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operators.join.JoinKind;
import io.millrace.testkit.TestDriver;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An as-of join of two tables whose rows may go: the right rows are grouped by their key, the nearest of them stand in the row of the
 * group, which each left row names, and a function picks. So each change of either table changes the results that it concerns.
 */
final class AsOfOfTables {
    /** More than any key has rows. */
    private static final int MOST = 8;

    private static final long PLACES = 1_000;
    private static final long NONE = Long.MIN_VALUE;

    /** A row of either table. */
    record Row(long number, long key, long at, long rank, boolean isGone) {
        /** In the order of what it is at, of equal ones the smaller rank nearer to a left row of one side or the other. */
        long code(boolean isForward) {
            return at * PLACES + (isForward ? rank : PLACES - 1 - rank);
        }
    }

    /** The rows of a key, the nearest first; those that are not there are {@link #NONE}. */
    record Nearest(
            long key,
            long rows,
            long first,
            long second,
            long third,
            long fourth,
            long fifth,
            long sixth,
            long seventh,
            long eighth) {
        long[] codes() {
            return new long[] {first, second, third, fourth, fifth, sixth, seventh, eighth};
        }
    }

    /** A left row and the code of what was found for it. */
    record Found(long left, long code) {}

    private static final Input<Row> LEFTS = Input.of("lefts", Row.class);
    private static final Input<Row> RIGHTS = Input.of("rights", Row.class);
    private static final Output<Found> FOUND = Output.of("found", Found.class);

    private static final class OfKey extends Aggregates<Row> {
        final LongValue key = longKey();
        final LongValue rows = count();
        final LongValues codes;

        OfKey(boolean isForward) {
            codes = isForward ? smallest(MOST, r -> r.code(true)) : largest(MOST, r -> r.code(false));
        }

        Nearest nearest() {
            return new Nearest(key.get(), rows.get(), at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7));
        }

        private long at(int rank) {
            return rank < codes.size() ? codes.get(rank) : NONE;
        }
    }

    private final boolean isForward;
    private final boolean isStrict;
    private final boolean isLeft;
    private final TestDriver driver;
    private final Map<Long, Long> found = new TreeMap<>();

    AsOfOfTables(boolean isForward, boolean isStrict, boolean isLeft) {
        this.isForward = isForward;
        this.isStrict = isStrict;
        this.isLeft = isLeft;
        driver = TestDriver.of(Millrace.topology("as-of-of-tables", this::words));
    }

    private void words(TopologyBuilder t) {
        KeyedStream<Nearest> nearest = t.from(RIGHTS)
                .keyBy(Row::number)
                .deleteWhen(Row::isGone)
                .group("keys")
                .by(Row::key)
                .aggregate(() -> new OfKey(isForward))
                .map(Nearest.class, OfKey::nearest);
        KeyedStream<Row> lefts = t.from(LEFTS).keyBy(Row::number).deleteWhen(Row::isGone);
        lefts.foreignKeyJoin("nearest", Row::key, nearest, JoinKind.LEFT)
                .map(Found.class, j -> new Found(j.left().number(), j.hasRight() ? pick(j.left(), j.right()) : NONE))
                .filter(f -> isLeft || f.code() != NONE)
                .to(FOUND);
    }

    private long pick(Row left, Nearest nearest) {
        if (nearest.rows() > MOST) {
            throw new IllegalStateException(nearest.rows() + " rows of one key; " + MOST + " are kept");
        }
        for (long code : nearest.codes()) {
            long at = Math.floorDiv(code, PLACES);
            boolean isBeside = isForward ? at > left.at() : at < left.at();
            if (code != NONE && (isBeside || at == left.at() && !isStrict)) {
                return code;
            }
        }
        return NONE;
    }

    void left(Row row) {
        driver.send(LEFTS, row);
    }

    void right(Row row) {
        driver.send(RIGHTS, row);
    }

    /** What is found for each left row by now: the code of its right row; null for none. */
    Map<Long, Long> found() {
        if (!driver.deadLetters().isEmpty()) {
            throw new IllegalStateException(driver.deadLetters().toString());
        }
        List<Meta> metas = driver.metas(FOUND);
        List<Found> changes = driver.take(FOUND);
        for (int i = 0; i < changes.size(); i++) {
            Found f = changes.get(i);
            if (metas.get(i).form() == EntryForm.RETRACTION) {
                found.remove(f.left());
            } else {
                found.put(f.left(), f.code() == NONE ? null : f.code());
            }
        }
        return found;
    }
}
