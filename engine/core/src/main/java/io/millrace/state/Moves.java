package io.millrace.state;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How what was saved of an operator is taken into another form of it: hung on a {@link StateReader} while its section is read. Bounds may
 * be others then; rows that are shared with others on the same key, or whose columns have changed, go from place to place one by one.
 */
public final class Moves {
    /** Takes the columns of one row over. */
    @FunctionalInterface
    public interface Columns {
        /**
         * Takes them over.
         *
         * @param from   a page as it was
         * @param fromAt column 0
         * @param to     a page of zeroes at the place of the row
         * @param toAt   column 0
         */
        void move(long[] from, int fromAt, long[] to, int toAt);
    }

    private final RowMigration rows;
    private final OldRows shared;
    private Columns columns;

    private Moves(RowMigration rows, OldRows shared) {
        this.rows = rows;
        this.shared = shared;
    }

    /** Rows that were shared, as they were, by the name that an operator which has part in them had, and the shard. One snapshot. */
    public static final class Shared {
        private final Map<String, OldRows> byOwner = new LinkedHashMap<>();

        /** None yet. */
        public Shared() {}

        /**
         * Reads rows that are not taken over as they are.
         *
         * @param part   a number for their shard
         * @param owners the names that their operators had
         * @param from   where from: what {@link SharedRows} have written
         */
        public void read(int part, List<String> owners, StateReader from) {
            OldRows rows = OldRows.read(from);
            owners.forEach(o -> byOwner.put(part + " " + o, rows));
        }

        /**
         * From now on what is read is of one operator in one shard, and is taken into another form of it.
         *
         * @param from the reader
         * @param part a number for the shard
         * @param was  the name it had
         * @param how  what the user said about its rows, or null
         */
        public void begin(StateReader from, int part, String was, RowMigration how) {
            from.moves(new Moves(how, byOwner.get(part + " " + was)));
        }

        /**
         * From now on all has to be as it was.
         *
         * @param from the reader
         */
        public void end(StateReader from) {
            from.moves(null);
        }
    }

    /**
     * What the user said about its rows.
     *
     * @return null when nothing was said
     */
    public RowMigration rows() {
        return rows;
    }

    /**
     * The columns of its own rows have changed.
     *
     * @param how takes over those of a row
     */
    public void columns(Columns how) {
        columns = how;
    }

    Columns columns() {
        return columns;
    }

    /** Shared rows as they were; null where they have been taken over as they are, or it had its own. */
    OldRows shared() {
        return shared;
    }
}
