package io.millrace.operator;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.state.KeyGroup;
import io.millrace.state.Saved;
import io.millrace.state.StateBudget;
import io.millrace.time.Progress;

/** What a node is given when it is made. Everything in it belongs to the node's stage and is for that thread only. */
public interface NodeContext {
    /**
     * The node's name.
     *
     * @return unique in the topology
     */
    String node();

    /**
     * The type an input carries.
     *
     * @param input 0, 1, …
     * @return null when it is untyped
     */
    EventType<?> inputType(int input);

    /**
     * The type an output carries.
     *
     * @param port 0 is the main output
     * @return null when it is untyped
     */
    EventType<?> outputType(int port);

    /**
     * What else than inserts an input brings.
     *
     * @param input 0, 1, …
     * @return what the operator says that it takes, or less
     */
    default Updates updates(int input) {
        return Updates.NONE;
    }

    /**
     * Whether an input brings results of several windows of one key, which may change: {@link RowWindow#leaves}.
     *
     * @param input 0, 1, …
     * @return false where the key alone says which row an entry is of
     */
    default boolean ofWindows(int input) {
        return false;
    }

    /**
     * The rest of the chain behind an output, for operators that do not answer with exactly one output. To be asked for once,
     * in the constructor: each call builds the chain anew.
     *
     * @param port 0 is the main output
     * @return where to send; never null; the answer of its {@code on} means nothing
     */
    Node rest(int port);

    /**
     * Whether anything reads an output: a side stream that nobody attached is none, and what would go there is a dead letter.
     *
     * @param port 0 is the main output
     * @return false when what is sent there goes nowhere
     */
    default boolean isRead(int port) {
        return true;
    }

    /**
     * The progress of this node: all events with timestamp below it have been seen.
     *
     * @return moved by the runtime; read it at each use
     */
    Progress progress();

    /**
     * What due times of this node are measured by: progress or, for an operator that {@link Operator#followsClock follows the
     * clock}, the largest clock that a tick has told.
     *
     * @return moved by the runtime; read it at each use
     */
    default Progress time() {
        return progress();
    }

    /**
     * Says that something is due, so that it will be fired. To be called whenever a due time is set that may be the
     * smallest. What is due at or below {@link #time} already fires with the next entry.
     *
     * @param dueNs nanoseconds
     */
    void due(long dueNs);

    /**
     * What the node fires: to be handed to {@link Flow#fires} for each firing.
     *
     * @return the same for the life of the node
     */
    Firing firing();

    /**
     * Where failures go.
     *
     * @return the same for the life of the node
     */
    Failures failures();

    /**
     * What the node may keep.
     *
     * @return its budget, and the memory it is taken from
     */
    StateBudget budget();

    /**
     * Has something saved with the state of the node: what it keeps and does not make of its budget. To be called in the
     * constructor, each time in the same order; a node that is itself {@link Saved} is saved behind all of these.
     *
     * @param part what lives across entries
     * @param <S>  what it is
     * @return the same part
     */
    default <S extends Saved> S keeps(S part) {
        budget().keeps(part);
        return part;
    }

    /**
     * The counters of the node.
     *
     * @return written by the node, read by statistics
     */
    NodeCounters counters();

    /**
     * The seed for hashes of keys: drawn anew for each engine, so that nobody can prepare keys that collide. No result may
     * depend on it.
     *
     * @return the same for all nodes of an engine
     */
    long hashSeed();

    /**
     * Rows by keys that are numbers: where nodes that see the same events keep theirs, too, so that one search serves all.
     *
     * @return gives rows that stand when the stage does
     */
    default KeyGroup keyGroup() {
        return KeyGroup.apart(hashSeed());
    }

    /**
     * Whether views are cut off when the entry in hand is done, so that a kept view fails.
     *
     * @return true in the test driver, and where assertions are enabled
     */
    boolean cutViews();

    /**
     * Has a view cut off after each entry, in runs that do so. To be called in the constructor for each view that user code
     * gets to see.
     *
     * @param view the node's own
     * @param <E>  what it is
     * @return the same view
     */
    default <E extends EventView<?>> E cutting(E view) {
        return view;
    }

    /**
     * Where the stage's flow keeps what this node hands on, when that is one view or shape for all events: {@link
     * Flow#value(int, Object)}.
     *
     * @return a number of the node's; 0 for the place that all share
     */
    default int valuePlace() {
        return 0;
    }

    /**
     * Whether values of an input may have a cursor, so that a node which calls several user functions for one of them says
     * {@link Flow#rewind} in between.
     *
     * @param input 0, 1, …
     * @return false where no type in front of it has one
     */
    default boolean hasCursor(int input) {
        return inputType(input) != null && inputType(input).hasCursor();
    }

    /**
     * Which mark a node that matches answers with events reads.
     *
     * @return the depth for {@link Flow#origin}; -1 when the node does not match
     */
    int originDepth();

    /**
     * Whether entries wait in front of this node, so that a value is valid during its own call only and several inputs do
     * not come within one descent.
     *
     * @return true when the node has an inbox
     */
    boolean inputsStaged();

    /**
     * The most entries that one step of one input entry brings to this node, over all inputs.
     *
     * @return 1 or more
     */
    int mostPerStep();
}
