package io.millrace.operators.process;

import io.millrace.operators.process.Declaration.Field;
import io.millrace.state.Moves;
import io.millrace.state.RowMigration;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where the declared fields of a process stand in the row of a key, saved before the rows: so rows of another declaration can be taken over
 * field by field. Its node's thread.
 */
final class DeclaredFields implements Saved {
    private final KeyState state;
    private final List<Field> fields;

    /** Of each timer as it was, which one it is now; null where nothing has moved. */
    @Scratch("while it is loaded")
    private int[] timers;

    DeclaredFields(KeyState state) {
        this.state = state;
        fields = state.declared.stored();
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(fields.size());
        for (Field f : fields) {
            to.putText(f.name());
            to.putText(f.kind());
            to.putInt(f.column());
            to.putInt(f.longs());
        }
    }

    @Override
    public void load(StateReader from) {
        List<Field> were = new ArrayList<>();
        for (int left = from.getInt("a number of fields", 1 << 16); left > 0; left--) {
            were.add(new Field(from.getText(), from.getText(), from.getInt(), from.getInt()));
        }
        if (were.equals(fields)) {
            return;
        }
        Moves moves = from.moves();
        if (moves == null || moves.rows() == null) {
            throw from.refused("its fields were " + were + " and are " + fields
                    + "; declare what becomes of them (Migration.rows)");
        }
        if (!only(were, Field::isKept).equals(only(fields, Field::isKept))) {
            throw from.refused("its kept events were " + only(were, Field::isKept) + " and are "
                    + only(fields, Field::isKept) + "; keep those, or say startEmpty in the migration");
        }
        timers = timers(were);
        moves.columns(new Taking(were, moves.rows()));
    }

    /** Names with kinds: where they stand means nothing. */
    private static List<String> only(List<Field> all, Predicate<Field> which) {
        return all.stream().filter(which).map(Field::toString).toList();
    }

    private int[] timers(List<Field> were) {
        List<Field> before = were.stream().filter(Field::isTimer).toList();
        List<String> now = only(fields, Field::isTimer);
        return before.stream().mapToInt(t -> now.indexOf(t.toString())).toArray();
    }

    boolean hasMoved() {
        return timers != null;
    }

    /** Which timer one is now that was saved; -1 when there is none any more. */
    int timer(int was) {
        return timers == null ? was : was < timers.length ? timers[was] : -1;
    }

    void settled() {
        timers = null;
    }

    /** Takes over one row after another. */
    private final class Taking implements Moves.Columns, RowMigration.Row {
        private final List<Field> were;
        private final RowMigration how;
        private long[] from;
        private int fromAt;
        private long[] to;
        private int toAt;

        Taking(List<Field> were, RowMigration how) {
            this.were = were;
            this.how = how;
        }

        @Override
        public void move(long[] source, int sourceAt, long[] target, int targetAt) {
            from = source;
            fromAt = sourceAt;
            to = target;
            toAt = targetAt;
            state.initialInto(to, toAt);
            to[toAt + KeyState.TOUCHED] = from[fromAt + KeyState.TOUCHED];
            to[toAt + KeyState.ENDED] = ended(from[fromAt + KeyState.ENDED]);
            for (Field f : fields) {
                Field was = find(were, f.name());
                if (was != null && was.kind().equals(f.kind())) {
                    System.arraycopy(from, fromAt + was.column(), to, toAt + f.column(), f.longs());
                }
            }
            how.fill(this);
        }

        private long ended(long bits) {
            long result = 0;
            for (int t = 0; t < timers.length; t++) {
                result |= timers[t] >= 0 && (bits >>> t & 1) != 0 ? 1L << timers[t] : 0;
            }
            return result;
        }

        private static Field find(List<Field> in, String name) {
            return in.stream().filter(f -> f.name().equals(name)).findAny().orElse(null);
        }

        private static Field number(List<Field> in, String name, String when) {
            Field f = find(in, name);
            if (f == null || !f.isNumber()) {
                throw new IllegalArgumentException("rows: field '" + name + "' "
                        + (f == null ? "is not one of those there " + when + ": " : "is not a number; fields are ")
                        + in);
            }
            return f;
        }

        @Override
        public long was(String field) {
            return from[fromAt + number(were, field, "were").column()];
        }

        @Override
        public void set(String field, long value) {
            to[toAt + number(fields, field, "are").column()] = value;
        }
    }
}
