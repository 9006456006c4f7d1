package io.millrace.operator;

import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.state.Pages;
import java.util.List;
import java.util.Map;

/**
 * The immutable description of an operator. In a running engine its {@link Node} does the work; the description may be
 * shared by any number of topologies and engines.
 *
 * <p>To add an operator, write one class that implements this interface, with a static factory and its node class
 * beside it, and pass it to {@code stream.via(name, operator)}. Nothing in the engine needs to change.
 *
 * @param <I> what the first input carries
 * @param <O> what the main output carries
 */
public interface Operator<I, O> {
    /**
     * Returns the word for it in listings, for example {@code filter}.
     *
     * @return lower case
     */
    String word();

    /**
     * Returns the class that runs it.
     *
     * @return always the same
     */
    NodeClass node();

    /**
     * Returns the version of the form in which its node saves its state. A node that keeps state ({@link #keepsState}),
     * as each one that fires does, is {@link io.millrace.state.Saved}, even if only to say that everything it keeps
     * saves itself; otherwise its topology cannot be in a snapshot.
     *
     * @return another number whenever what is saved has another meaning than before
     */
    default int stateVersion() {
        return 1;
    }

    /**
     * Returns the type of an output.
     *
     * @param port 0 is the main output
     * @param inputs the types of the inputs; null for an untyped one
     * @return null if the output cannot be stored, split or sent, because its layout is not known
     */
    EventType<?> outputType(int port, List<EventType<?>> inputs);

    /**
     * Returns the names of the outputs.
     *
     * @return the main one first
     */
    default List<String> ports() {
        return List.of("out");
    }

    /**
     * Returns how many inputs there are.
     *
     * @return 1 or more
     */
    default int inputs() {
        return 1;
    }

    /**
     * Returns the most outputs on one port that one entry causes, firings for its own key included. Edges are sized by
     * it; at the limit the operator's declared policy applies.
     *
     * @return 1 or more
     */
    default int maxOutputs() {
        return 1;
    }

    /**
     * Returns the most outputs on one port that an entry of one of its inputs causes.
     *
     * @param input 0, 1, …
     * @return as {@link #maxOutputs()} if all inputs are alike; 0 if an entry of this one only changes what is kept,
     *     and leads nothing aside either
     */
    default int maxOutputs(int input) {
        return maxOutputs();
    }

    /**
     * Returns F: the most items that fire in the time step of one entry, if an entry brings the node one event. If an
     * entry may bring more, and they make more than half of F due ({@link #firingsOfEvent}), the plan raises the
     * number: {@link TimedNode#fire} is told.
     *
     * @return 0 if the operator sets nothing due
     */
    default int maxFirings() {
        return 0;
    }

    /**
     * Returns how many firings one entry makes due, at once or later. Included are firings that these set in turn, as
     * far as that ends; firings that recur with time alone are not.
     *
     * @param input 0, 1, …
     * @return 0 if an entry of this input sets nothing due
     */
    default int firingsOfEvent(int input) {
        return maxFirings() == 0 ? 0 : 1;
    }

    /**
     * Returns the most outputs on one port that one entry causes sooner or later, including those of the firings that
     * it makes due. Unlike {@link #maxOutputs}, this excludes what others have made due and only goes before it: in the
     * long run, an entry after the operator counts by this.
     *
     * @param input 0, 1, …
     * @return as many outputs as it causes in its own step at most, or all that its firings send, if that is more
     */
    default long outputsOfEvent(int input) {
        return Math.max(maxOutputs(input), (long) firingsOfEvent(input) * maxOutputsPerFiring());
    }

    /**
     * Tells whether due times of the node are compared with the host's clock, as told by ticks:
     * {@link NodeContext#time}. This holds as long as no historic input (a file) brings its events; there the clock
     * means nothing, and progress is used.
     *
     * @return false if due times are a matter of event time
     */
    default boolean followsClock() {
        return false;
    }

    /**
     * Returns the most outputs of one firing on one port.
     *
     * @return 0 if firing only frees state: then what is left to fire holds nobody's progress back
     */
    default int maxOutputsPerFiring() {
        return 1;
    }

    /**
     * Returns the most outputs, on one port, of all that fires in the time step of one entry.
     *
     * @param firings how many fire at most
     * @return the product, unless some firings send more than others
     */
    default long maxOutputsOfFirings(int firings) {
        return (long) firings * maxOutputsPerFiring();
    }

    /**
     * Returns how many outputs an event gets.
     *
     * @return what {@code with} may rely on
     */
    Answers answers();

    /**
     * Returns how long after its own time an event may be answered: {@code with} keeps the other answers until then.
     *
     * @return nanoseconds: the answer comes before forwarded progress has passed the event's time plus this; negative
     *     if it comes in the step of the event
     */
    default long answersWithinNs() {
        return -1;
    }

    /**
     * Tells whether the operator needs keyed inputs.
     *
     * @return true if it keeps state by key
     */
    default boolean keyed() {
        return false;
    }

    /**
     * Tells whether the keys of its inputs are of one kind, so that equal keys meet.
     *
     * @return false if each input is keyed by something of its own
     */
    default boolean keysAgree() {
        return true;
    }

    /**
     * Tells whether the operator keeps state of any kind.
     *
     * @return true if a snapshot has to contain it: such a node is {@link io.millrace.state.Saved}, and needs a name if
     *     there is a journal
     */
    default boolean keepsState() {
        return keyed();
    }

    /**
     * Tells whether its state contains events of its inputs in their layout, so that a snapshot of it can be used only
     * while that layout stays the same.
     *
     * @return false if only numbers made from events are kept
     */
    default boolean keepsEvents() {
        return keepsState();
    }

    /**
     * Tells whether an event of one of its inputs changes its state for longer than until the event is answered, so
     * that an event that comes a second time counts twice. {@link io.millrace.event.DeadLetter#countedBy} of an event
     * that failed elsewhere then names the operator.
     *
     * @param input 0, 1, …
     * @return false if an event only reads the state
     */
    default boolean countsEvents(int input) {
        return keepsState();
    }

    /**
     * Tells whether the node asks for progress.
     *
     * @return true if it keeps state or fires, or otherwise needs to know what is late
     */
    default boolean readsProgress() {
        return keepsState() || maxFirings() > 0 || latenessNs() > 0;
    }

    /**
     * Tells whether each output is the very value of an input, passed on at once. The engine may then look through the
     * operator at what follows it.
     *
     * @return false if the value is another, or may come later
     */
    default boolean handsOn() {
        return false;
    }

    /**
     * Returns the number that the operator makes the key.
     *
     * @return reads it from the value that comes in; null if there is no such number
     */
    default LongField<?> numberKey() {
        return null;
    }

    /**
     * Tells whether outputs have the key of their input.
     *
     * @return false if the key is lost or replaced
     */
    default boolean keepsKey() {
        return true;
    }

    /**
     * Returns the allowed lateness: the operator forwards progress less this.
     *
     * @return nanoseconds
     */
    default long latenessNs() {
        return 0;
    }

    /**
     * Tells whether the operator takes retractions and replacements.
     *
     * @return false if it takes inserts only
     */
    default boolean takesUpdates() {
        return false;
    }

    /**
     * Tells whether the operator takes retractions and replacements by one of its inputs.
     *
     * @param input 0, 1, …
     * @return as {@link #takesUpdates()} if all inputs are alike
     */
    default boolean takesUpdates(int input) {
        return takesUpdates();
    }

    /**
     * Returns what a user can do to make the operator take updates by an input by which it takes none. The refusal of
     * the edge names this first.
     *
     * @param input 0, 1, …
     * @return for example {@code say onUpdates(input, handler)}; null if there is no such way
     */
    default String updatesCure(int input) {
        return null;
    }

    /**
     * Returns which updates the operator takes by one of its inputs. If the content of a row decides where it goes (a
     * key, several rows), the operator cannot take back what it made of a row that it does not see again, and takes
     * {@link Updates#CHANGES} only.
     *
     * @param input 0, 1, …
     * @return all updates, or none, as {@link #takesUpdates(int)} says
     */
    default Updates takes(int input) {
        return takesUpdates(input) ? Updates.OF_ALL : Updates.NONE;
    }

    /**
     * Tells whether retractions and replacements taken by an input come out as such. An operator that stops a
     * retraction leaves the row that it takes back in place for ever, so one for which user code throws has to go on if
     * it refers to a row by key ({@link NodeContext#updates}).
     *
     * @param input 0, 1, …
     * @return false if they change what the operator keeps, and it still sends only inserts
     */
    default boolean passesUpdates(int input) {
        return takesUpdates(input);
    }

    /**
     * Tells whether the operator sends retractions or replacements even if it gets only inserts.
     *
     * @return true if what follows must take them
     */
    default boolean makesUpdates() {
        return false;
    }

    /**
     * Returns which updates the operator sends even if it gets only inserts.
     *
     * @param port 0 is the main output
     * @return by the main output {@link Updates#BY_KEY} if it {@link #makesUpdates}; none by others
     */
    default Updates makes(int port) {
        return port == 0 && makesUpdates() ? Updates.BY_KEY : Updates.NONE;
    }

    /**
     * Tells whether the updates by key that it sends are those of a window, which could be {@code retracting()}
     * instead: refusals name that as a cure.
     *
     * @return false if only a following changelog can turn them into changes
     */
    default boolean couldRetract() {
        return false;
    }

    /**
     * Tells whether the updates that it sends are results of several windows of one key, each marked with its own
     * window ({@link Flow#windowNs(long)}).
     *
     * @param port 0 is the main output
     * @return false if a key has one row
     */
    default boolean tellsWindows(int port) {
        return false;
    }

    /**
     * Tells whether it takes updates of several windows of one key by one of its inputs. An operator that keeps the row
     * of a key first asks {@link RowWindow#leaves}; one without state passes them on.
     *
     * @param input 0, 1, …
     * @return false if a change of an older window would be taken for one of the row of the key
     */
    default boolean takesWindows(int input) {
        return true;
    }

    /**
     * Tells whether the order in which entries of different inputs arrive within one step has no influence, because the
     * operator matches them itself.
     *
     * @return true for {@code with} only
     */
    default boolean matchesInputs() {
        return false;
    }

    /**
     * Returns the bytes of state for one key, for the plan's table of budgets.
     *
     * @return 0 if it keeps none, or a key's state has no fixed size
     */
    default long bytesPerKey() {
        return 0;
    }

    /**
     * Returns the fewest bytes of state with which the operator can work at all. A smaller share of the budget is
     * refused when the topology is planned.
     *
     * @return two pages, one of rows and one for its index, if it keeps state by key; an operator that keeps state
     *     without a key in pages gets a share of the budget only if this is not 0
     */
    default long leastStateBytes() {
        return keyed() ? 2L * Pages.PAGE_BYTES : 0;
    }

    /**
     * Returns what its outputs depend on that is not in the log, so that another run of the same log may differ.
     *
     * @return empty for an operator that is a function of its input, as all should be
     */
    default List<Outside> dependsOn() {
        return List.of();
    }

    /**
     * Returns settings to show in descriptions, in order. A journal keeps them and compares them when it is opened. So
     * something that differs between processes (a hash under its key, an address) is no setting, and a row with
     * sensitive fields is also returned by {@link #givenRows}.
     *
     * @return name and value, for example {@code size 60s}
     */
    default Map<String, String> settings() {
        return Map.of();
    }

    /**
     * Returns which of its settings are rows that it was given.
     *
     * @return by the names under which {@link #settings} has them
     */
    default Map<String, GivenRow<?>> givenRows() {
        return Map.of();
    }

    /**
     * Returns digests of settings that stand for more than their text, such as a model read from a file. The digest is
     * kept and compared in place of the text; people see the text, with the name of the file.
     *
     * @return SHA-256 of what each computes, as 64 hexadecimal digits, by the names under which {@link #settings} has
     *     them
     */
    default Map<String, String> digests() {
        return Map.of();
    }

    /**
     * Returns what is wrong with the inputs, each problem with its cure; the engine adds node and line.
     *
     * @param inputs the types of the inputs
     * @return empty if the operator can work
     */
    default List<String> problems(List<EventType<?>> inputs) {
        return List.of();
    }
}
