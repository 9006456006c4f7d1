package io.millrace.operators.aggregate;

import io.millrace.operator.NodeContext;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/** Counts the events of a node, for {@link Argument#TURN}. */
public final class Turns implements Saved {
    private long last;

    private Turns() {}

    /**
     * Where turns are among what is read of an event, a counter that is saved with the node.
     *
     * @param copies  from {@link Arguments#copies}
     * @param context the node's
     * @return null where none is needed
     */
    public static Turns of(int[] copies, NodeContext context) {
        if (!Arguments.haveTurns(copies)) {
            return null;
        }
        Turns turns = new Turns();
        context.keeps(turns);
        return turns;
    }

    /**
     * The turn of one more event.
     *
     * @return 1, 2, …
     */
    public long next() {
        return ++last;
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(last);
    }

    @Override
    public void load(StateReader from) {
        last = from.getLong();
    }
}
