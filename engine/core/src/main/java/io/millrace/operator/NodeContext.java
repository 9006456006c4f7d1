package io.millrace.operator;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.state.KeyGroup;
import io.millrace.state.Saved;
import io.millrace.state.StateBudget;
import io.millrace.time.Progress;

/** What a node is given when it is created. Everything in it belongs to the node's stage and is for its thread only. */
public interface NodeContext {
    /**
     * Returns the node's name.
     *
     * @return unique in the topology
     */
    String node();

    /**
     * Returns the type that an input carries.
     *
     * @param input 0, 1, …
     * @return null if it is untyped
     */
    EventType<?> inputType(int input);

    /**
     * Returns the type that an output carries.
     *
     * @param port 0 is the main output
     * @return null if it is untyped
     */
    EventType<?> outputType(int port);

    /**
     * Returns which updates an input brings.
     *
     * @param input 0, 1, …
     * @return what the operator declares that it takes, or less
     */
    default Updates updates(int input) {
        return Updates.NONE;
    }

    /**
     * Tells whether an input brings results of several windows of one key, which may change: {@link RowWindow#leaves}.
     *
     * @param input 0, 1, …
     * @return false if the key alone tells which row an entry is of
     */
    default boolean ofWindows(int input) {
        return false;
    }

    /**
     * Returns the rest of the chain after an output, for operators that do not answer with exactly one output. Call it
     * once for each output, in the constructor: each call builds the chain again.
     *
     * @param port 0 is the main output
     * @return where to send; never null; what its {@code on} returns has no meaning
     */
    Node rest(int port);

    /**
     * Tells whether anything reads an output. A side stream that nobody attached is not read, and what would go there
     * is a dead letter.
     *
     * @param port 0 is the main output
     * @return false if what is sent there goes nowhere
     */
    default boolean isRead(int port) {
        return true;
    }

    /**
     * Returns the progress of this node: all events with an earlier time have been seen.
     *
     * @return moved by the runtime; read it at each use
     */
    Progress progress();

    /**
     * Returns what the due times of this node are compared with: progress or, for an operator that
     * {@link Operator#followsClock follows the clock}, the largest clock that a tick has told.
     *
     * @return moved by the runtime; read it at each use
     */
    default Progress time() {
        return progress();
    }

    /**
     * Announces that something is due, so that it will be fired. Call it whenever you set a due time that may be the
     * smallest. What is already due at or below {@link #time} fires with the next entry.
     *
     * @param dueNs nanoseconds
     */
    void due(long dueNs);

    /**
     * Returns what the node fires, to be passed to {@link Flow#fires} for each firing.
     *
     * @return the same for the life of the node
     */
    Firing firing();

    /**
     * Returns where failures go.
     *
     * @return the same for the life of the node
     */
    Failures failures();

    /**
     * Returns what the node may keep.
     *
     * @return its budget, and the memory from which it is taken
     */
    StateBudget budget();

    /**
     * Saves something with the state of the node: what the node keeps and does not allocate from its budget. Call it in
     * the constructor, always in the same order. A node that is itself {@link Saved} is saved after all of these.
     *
     * @param part what lives across entries
     * @param <S> its type
     * @return the same part
     */
    default <S extends Saved> S keeps(S part) {
        budget().keeps(part);
        return part;
    }

    /**
     * Returns the counters of the node.
     *
     * @return written by the node, read by statistics
     */
    NodeCounters counters();

    /**
     * Returns the seed for hashes of keys. It is drawn for each engine, so that nobody can prepare keys that collide.
     * No result may depend on it.
     *
     * @return the same for all nodes of an engine
     */
    long hashSeed();

    /**
     * Returns rows by keys that are numbers, shared with nodes that see the same events, so that one search serves all
     * of them.
     *
     * @return gives rows that are ready when the stage is
     */
    default KeyGroup keyGroup() {
        return KeyGroup.apart(hashSeed());
    }

    /**
     * Tells whether views are cut off when the entry in hand is done, so that a kept view fails.
     *
     * @return true in the test driver, and if assertions are enabled
     */
    boolean cutViews();

    /**
     * Has a view cut off after each entry, in runs that do so. Call it in the constructor for each view that user code
     * sees.
     *
     * @param view the node's own
     * @param <E> its type
     * @return the same view
     */
    default <E extends EventView<?>> E cutting(E view) {
        return view;
    }

    /**
     * Returns where the stage's flow keeps what this node passes on, if that is one view or shape for all events:
     * {@link Flow#value(int, Object)}.
     *
     * @return a number of the node; 0 for the place that all share
     */
    default int valuePlace() {
        return 0;
    }

    /**
     * Tells whether values of an input may have a cursor. A node that calls several user functions for one value then
     * calls {@link Flow#rewind} in between.
     *
     * @param input 0, 1, …
     * @return false if no earlier type has one
     */
    default boolean hasCursor(int input) {
        return inputType(input) != null && inputType(input).hasCursor();
    }

    /**
     * Returns which mark is read by a node that matches answers with events.
     *
     * @return the depth for {@link Flow#origin}; -1 if the node does not match
     */
    int originDepth();

    /**
     * Tells whether entries wait before this node, so that a value is valid during its own call only and several inputs
     * do not come within one descent.
     *
     * @return true if the node has an inbox
     */
    boolean inputsStaged();

    /**
     * Returns the most entries that one step of one input entry brings to this node, over all inputs.
     *
     * @return 1 or more
     */
    int mostPerStep();
}
