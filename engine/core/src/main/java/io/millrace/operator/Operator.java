package io.millrace.operator;

import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.state.Pages;
import java.util.List;
import java.util.Map;

/**
 * What an operator is to the engine: an immutable description. In a running engine its {@link Node} works; the description
 * may be shared by any number of topologies and engines.
 *
 * <p>To add an operator write one class that implements this interface, with a static factory and its node class beside it,
 * and hand it to {@code stream.via(name, operator)}. Nothing in the engine is edited.
 *
 * @param <I> what the first input carries
 * @param <O> what the main output carries
 */
public interface Operator<I, O> {
    /**
     * The word for it in listings, such as {@code filter}.
     *
     * @return lower case
     */
    String word();

    /**
     * The class that runs it.
     *
     * @return always the same
     */
    NodeClass node();

    /**
     * In which form its node saves its state. A node that keeps state ({@link #keepsState}), as each that fires does, is {@link io.millrace.state.Saved}, if only to
     * say that all it keeps saves itself; else its topology can be in no snapshot.
     *
     * @return another number when what is saved has another meaning than before
     */
    default int stateVersion() {
        return 1;
    }

    /**
     * The type of an output.
     *
     * @param port   0 is the main output
     * @param inputs the types of the inputs; null for an untyped one
     * @return null when the output cannot be stored, split or sent, because its layout is not known
     */
    EventType<?> outputType(int port, List<EventType<?>> inputs);

    /**
     * The outputs by name.
     *
     * @return the main one first
     */
    default List<String> ports() {
        return List.of("out");
    }

    /**
     * How many inputs there are.
     *
     * @return 1 or more
     */
    default int inputs() {
        return 1;
    }

    /**
     * The most outputs that one entry taken causes on one port, firings for its own key included. Edges are sized by it; at
     * the limit the operator's stated policy applies.
     *
     * @return 1 or more
     */
    default int maxOutputs() {
        return 1;
    }

    /**
     * The same of an entry that comes by one of its inputs.
     *
     * @param input 0, 1, …
     * @return as {@link #maxOutputs()} where all inputs are alike; 0 where what comes by this one only changes what is kept, and leads
     *     nothing aside either
     */
    default int maxOutputs(int input) {
        return maxOutputs();
    }

    /**
     * F: the most items that fire in the time step of one entry, where an entry brings the node one event. Where it may bring more, and they
     * make more than half of that due ({@link #firingsOfEvent}), the plan raises it: {@link TimedNode#fire} is told.
     *
     * @return 0 when the operator sets nothing due
     */
    default int maxFirings() {
        return 0;
    }

    /**
     * How many firings one entry taken makes due, at once or later; those that they set in turn, as far as that ends, are among them, what comes
     * again and again with time alone is not.
     *
     * @param input 0, 1, …
     * @return 0 where what comes by this one sets nothing due
     */
    default int firingsOfEvent(int input) {
        return maxFirings() == 0 ? 0 : 1;
    }

    /**
     * The most outputs on one port that one entry taken causes sooner or later, by the firings that it makes due as well. Unlike {@link
     * #maxOutputs} without what others have made due and only goes before it: an entry behind the operator counts by this in the long run.
     *
     * @param input 0, 1, …
     * @return as many outputs as it causes in its own step at most, or all that its firings send, if that is more
     */
    default long outputsOfEvent(int input) {
        return Math.max(maxOutputs(input), (long) firingsOfEvent(input) * maxOutputsPerFiring());
    }

    /**
     * Whether what the node sets due is measured by the host's clock, as ticks tell it: {@link NodeContext#time}. So it is as
     * long as no input of the past (a file) brings its events; there the clock means nothing, and it is measured by progress.
     *
     * @return false for what is a matter of event time
     */
    default boolean followsClock() {
        return false;
    }

    /**
     * The most outputs of one firing on one port.
     *
     * @return 0 when firing only frees state: then what is left to fire holds nobody's progress back
     */
    default int maxOutputsPerFiring() {
        return 1;
    }

    /**
     * The most outputs of all that fires in the time step of one entry, on one port.
     *
     * @param firings how many fire at most
     * @return the product, where some firings do not send more than others
     */
    default long maxOutputsOfFirings(int firings) {
        return (long) firings * maxOutputsPerFiring();
    }

    /**
     * How many outputs an event gets.
     *
     * @return what {@code with} may rely on
     */
    Answers answers();

    /**
     * How long behind its own time an event may be answered: {@code with} keeps what else there is for it until then.
     *
     * @return nanoseconds: the answer comes before the progress that is forwarded has passed the event's time and this; negative
     *     when it comes in the step of the event
     */
    default long answersWithinNs() {
        return -1;
    }

    /**
     * Whether the operator needs keyed inputs.
     *
     * @return true when it keeps state by key
     */
    default boolean keyed() {
        return false;
    }

    /**
     * Whether the keys of its inputs are of one kind, so that what is equal meets.
     *
     * @return false where each input is keyed by something of its own
     */
    default boolean keysAgree() {
        return true;
    }

    /**
     * Whether the operator keeps state of any kind.
     *
     * @return true when a snapshot has to hold it: such a node is {@link io.millrace.state.Saved}, and has a name when there is a journal
     */
    default boolean keepsState() {
        return keyed();
    }

    /**
     * Whether what it keeps holds events of its inputs as they were laid out: then a snapshot of it is of use only while they are laid out
     * so.
     *
     * @return false where only numbers made of them are kept
     */
    default boolean keepsEvents() {
        return keepsState();
    }

    /**
     * Whether what comes by one of its inputs changes what it keeps for longer than until that is answered, so that an event that comes
     * a second time counts twice: then {@link io.millrace.event.DeadLetter#countedBy} of an event that failed elsewhere names it.
     *
     * @param input 0, 1, …
     * @return false where it only asks what is kept
     */
    default boolean countsEvents(int input) {
        return keepsState();
    }

    /**
     * Whether the node asks for progress.
     *
     * @return true when it keeps state or fires, or otherwise needs to know what is late
     */
    default boolean readsProgress() {
        return keepsState() || maxFirings() > 0 || latenessNs() > 0;
    }

    /**
     * Whether each output is the very value of an input, handed on at once: the engine may then look through the operator
     * at what comes behind it.
     *
     * @return false when the value is another, or may come later
     */
    default boolean handsOn() {
        return false;
    }

    /**
     * The number that the operator makes the key.
     *
     * @return reads it from the value that comes in; null when there is no such number
     */
    default LongField<?> numberKey() {
        return null;
    }

    /**
     * Whether outputs have the key of their input.
     *
     * @return false when the key is lost or replaced
     */
    default boolean keepsKey() {
        return true;
    }

    /**
     * Allowed lateness: the operator forwards progress less this.
     *
     * @return nanoseconds
     */
    default long latenessNs() {
        return 0;
    }

    /**
     * Whether the operator takes retractions and replacements.
     *
     * @return false when it takes inserts only
     */
    default boolean takesUpdates() {
        return false;
    }

    /**
     * Whether the operator takes retractions and replacements by one of its inputs.
     *
     * @param input 0, 1, …
     * @return as {@link #takesUpdates()} where all inputs are alike
     */
    default boolean takesUpdates(int input) {
        return takesUpdates();
    }

    /**
     * What a user does so that the operator takes updates by an input by which it takes none: the refusal of the edge names it first.
     *
     * @param input 0, 1, …
     * @return such as {@code say onUpdates(input, handler)}; null where there is no such way
     */
    default String updatesCure(int input) {
        return null;
    }

    /**
     * What else than inserts the operator takes by one of its inputs. One that makes something of the content of a row which decides where
     * it goes (a key, several rows) cannot take back what it made of a row that it does not see again: it takes {@link Updates#CHANGES}.
     *
     * @param input 0, 1, …
     * @return all updates, or none, as {@link #takesUpdates(int)} says
     */
    default Updates takes(int input) {
        return takesUpdates(input) ? Updates.OF_ALL : Updates.NONE;
    }

    /**
     * Whether retractions and replacements taken by an input come out as such. What stops a retraction lets the row that it takes back
     * stay for ever: one for which user code throws has to go on, where it is meant by key ({@link NodeContext#updates}).
     *
     * @param input 0, 1, …
     * @return false where they change what the operator keeps, and what it sends are inserts all the same
     */
    default boolean passesUpdates(int input) {
        return takesUpdates(input);
    }

    /**
     * Whether the operator sends retractions or replacements even when it gets only inserts.
     *
     * @return true when what follows must take them
     */
    default boolean makesUpdates() {
        return false;
    }

    /**
     * What else than inserts the operator sends even when it gets only inserts.
     *
     * @param port 0 is the main output
     * @return by the main output updates meant by key, where it {@link #makesUpdates}; none by others
     */
    default Updates makes(int port) {
        return port == 0 && makesUpdates() ? Updates.BY_KEY : Updates.NONE;
    }

    /**
     * Whether the updates meant by key that it sends are those of a window, which could be {@code retracting()} in their place: refusals
     * name that as a cure.
     *
     * @return false where only a changelog behind it makes changes of them
     */
    default boolean couldRetract() {
        return false;
    }

    /**
     * Whether the updates that it sends are results of several windows of one key, each marked with its own ({@link Flow#windowNs(long)}).
     *
     * @param port 0 is the main output
     * @return false where a key has one row
     */
    default boolean tellsWindows(int port) {
        return false;
    }

    /**
     * Whether it takes updates of several windows of one key by one of its inputs: one that keeps the row of a key asks {@link
     * RowWindow#leaves} first, and what has no state passes them on.
     *
     * @param input 0, 1, …
     * @return false where a change of an older window would be taken for one of the row of the key
     */
    default boolean takesWindows(int input) {
        return true;
    }

    /**
     * Whether the order in which entries of different inputs arrive within one step has no influence, because the operator
     * matches them itself.
     *
     * @return true for {@code with} only
     */
    default boolean matchesInputs() {
        return false;
    }

    /**
     * Bytes of state for one key, for the plan's table of budgets.
     *
     * @return 0 when it keeps none, or a key's state has no fixed size
     */
    default long bytesPerKey() {
        return 0;
    }

    /**
     * The fewest bytes of state with which the operator can work at all; a smaller share of the budget is refused when the
     * topology is planned.
     *
     * @return two pages, one of rows and room for its index, where it keeps state by key; one that keeps state without a key in
     *     pages gets a share of the budget only if this is not 0
     */
    default long leastStateBytes() {
        return keyed() ? 2L * Pages.PAGE_BYTES : 0;
    }

    /**
     * What its outputs depend on that is not in the log, so that another run of the same log may differ.
     *
     * @return empty for an operator that is a function of its input, as all should be
     */
    default List<Outside> dependsOn() {
        return List.of();
    }

    /**
     * Settings to show in descriptions, in order. A journal keeps them, and one that was opened is compared by them: what a process has
     * of its own (a hash under its key, an address) is no setting, and a row with sensitive fields is told by {@link #givenRows}, too.
     *
     * @return name and value, such as {@code size 60s}
     */
    default Map<String, String> settings() {
        return Map.of();
    }

    /**
     * Which of its settings are rows that it was given.
     *
     * @return by the names that {@link #settings} has them under
     */
    default Map<String, GivenRow<?>> givenRows() {
        return Map.of();
    }

    /**
     * Which of its settings stand for more than their text says, a model that was read from a file say. What is kept and compared in place
     * of the text is this; people see the text, with the name of the file.
     *
     * @return SHA-256 of what each computes, as 64 hexadecimal digits, by the names that {@link #settings} has them under
     */
    default Map<String, String> digests() {
        return Map.of();
    }

    /**
     * What is wrong with the inputs, each with its cure; the engine adds node and line.
     *
     * @param inputs the types of the inputs
     * @return empty when the operator can work
     */
    default List<String> problems(List<EventType<?>> inputs) {
        return List.of();
    }
}
