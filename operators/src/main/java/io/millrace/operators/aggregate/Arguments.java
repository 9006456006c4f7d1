package io.millrace.operators.aggregate;

import io.millrace.operator.Flow;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be read of an event for some aggregates, each function once, and where the values of a fold stand: the
 * functions' values first, then the groups of folds that take the time, the place or several arguments, side by side.
 *
 * <p>The node reads {@link #functions} in order into the first longs of {@link #newValues} and then calls {@link
 * #complete}. All arguments have to be known before the first is placed.
 */
public final class Arguments {
    private static final int OF_TIME = -1;
    private static final int OF_SEQUENCE = -2;
    private static final int OF_TURN = -3;

    private final List<Argument> functions = new ArrayList<>();
    private final List<List<Argument>> groups = new ArrayList<>();

    /** Nothing to read. */
    public Arguments() {}

    /**
     * Takes note of the arguments of an aggregate.
     *
     * @param of in order
     */
    public void read(List<Argument> of) {
        for (Argument argument : of) {
            if (argument.isRead() && index(argument) < 0) {
                functions.add(argument);
            }
        }
    }

    private int index(Argument argument) {
        for (int i = 0; i < functions.size(); i++) {
            if (functions.get(i).isSame(argument)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Where the values of some arguments will stand, one after the other.
     *
     * @param of arguments that have been {@link #read}
     * @return index of the first; -1 for none
     */
    public int place(List<Argument> of) {
        if (of.isEmpty()) {
            return -1;
        }
        if (of.size() == 1 && of.get(0).isRead()) {
            return index(of.get(0));
        }
        int at = functions.size();
        for (List<Argument> group : groups) {
            if (isSame(group, of)) {
                return at;
            }
            at += group.size();
        }
        groups.add(List.copyOf(of));
        return at;
    }

    private static boolean isSame(List<Argument> group, List<Argument> of) {
        boolean same = group.size() == of.size();
        for (int i = 0; same && i < of.size(); i++) {
            same = group.get(i).isSame(of.get(i));
        }
        return same;
    }

    /**
     * What has to be called for an event.
     *
     * @return in the order of their values
     */
    public Argument[] functions() {
        return functions.toArray(new Argument[0]);
    }

    /**
     * Room for the values of an event.
     *
     * @return zeroes
     */
    public long[] newValues() {
        return new long[functions.size() + copies().length];
    }

    /**
     * Where the values of groups come from.
     *
     * @return for each value behind those of functions the index of the function, below 0 for what is no function's
     */
    public int[] copies() {
        return groups.stream().flatMap(List::stream).mapToInt(this::source).toArray();
    }

    private int source(Argument argument) {
        if (argument == Argument.TIME) {
            return OF_TIME;
        }
        return argument == Argument.SEQUENCE ? OF_SEQUENCE : argument == Argument.TURN ? OF_TURN : index(argument);
    }

    /** Whether turns are among the values of groups, so that they have to be counted. */
    static boolean haveTurns(int[] copies) {
        for (int from : copies) {
            if (from == OF_TURN) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a value of a group says when its event came rather than what it is: of the same row taken back it is another.
     *
     * @param copy one of {@link #copies}
     * @return true of the sequence and of the turn
     */
    public static boolean saysWhenItCame(int copy) {
        return copy == OF_SEQUENCE || copy == OF_TURN;
    }

    /**
     * Fills the values of groups.
     *
     * @param values with those of the functions
     * @param copies from {@link #copies}
     * @param flow   with the event or row
     * @param turn   of it, among all that came
     */
    public static void complete(long[] values, int[] copies, Flow flow, long turn) {
        int to = values.length - copies.length;
        for (int from : copies) {
            values[to++] = from >= 0
                    ? values[from]
                    : from == OF_TIME ? flow.timeNs() : from == OF_SEQUENCE ? flow.sequence() : turn;
        }
    }
}
