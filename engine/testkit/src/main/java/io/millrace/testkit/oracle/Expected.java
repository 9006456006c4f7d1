package io.millrace.testkit.oracle;

import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an oracle expects to come out: for each output, in its order. The order between outputs does not matter. */
public final class Expected {
    private final Map<Taken<?>, List<Out>> outs = new LinkedHashMap<>();
    private final List<Out> letters = new ArrayList<>();
    private int step;

    Expected(List<Taken<?>> taken) {
        taken.forEach(t -> outs.put(t, new ArrayList<>()));
    }

    /**
     * Sets the step at which all that follows comes out. Only outputs that are compared by step need it.
     *
     * @param newStep the place of the step in the input
     * @return this
     */
    public Expected at(int newStep) {
        step = newStep;
        return this;
    }

    /**
     * Expects an insert.
     *
     * @param output the output
     * @param timeNs its event time
     * @param value  the value
     * @param <V>    the type of the value
     * @return this
     */
    public <V> Expected emit(Output<V> output, long timeNs, V value) {
        return emit(output, timeNs, EntryForm.INSERT, value);
    }

    /**
     * Expects an insert, a retraction or a replacement.
     *
     * @param output the output
     * @param timeNs its event time
     * @param form   what it does to the rows before it
     * @param value  the value
     * @param <V>    the type of the value
     * @return this
     */
    public <V> Expected emit(Output<V> output, long timeNs, EntryForm form, V value) {
        return emit(output, timeNs, form, null, value);
    }

    /**
     * Expects something on a side stream.
     *
     * @param output the output
     * @param timeNs its event time
     * @param form   what it does to the rows before it
     * @param reason why it is there; null on an ordinary stream
     * @param value  the value
     * @param <V>    the type of the value
     * @return this
     */
    public <V> Expected emit(Output<V> output, long timeNs, EntryForm form, Reason reason, V value) {
        for (Map.Entry<Taken<?>, List<Out>> e : outs.entrySet()) {
            if (e.getKey().output() == output) {
                e.getValue().add(e.getKey().out(timeNs, form, reason, value, step));
                return this;
            }
        }
        throw new IllegalArgumentException("output " + output.name() + " is not compared; say so with Trial.compare");
    }

    /**
     * Expects a dead letter of an event.
     *
     * @param step   the place of the event in the input
     * @param node   the name of the node
     * @param reason the reason
     * @return this
     */
    public Expected letter(int step, String node, Reason reason) {
        letters.add(letterOf(node, reason, "of step " + step));
        return this;
    }

    /**
     * Expects a dead letter of a firing.
     *
     * @param dueNs  when it was due
     * @param node   the name of the node
     * @param reason the reason
     * @return this
     */
    public Expected firedLetter(long dueNs, String node, Reason reason) {
        letters.add(letterOf(node, reason, "due " + dueNs));
        return this;
    }

    static Out letterOf(String node, Reason reason, String of) {
        return new Out(0, null, reason, node + " " + of, null, Out.ANY_STEP);
    }

    List<Out> of(Taken<?> taken) {
        return outs.get(taken);
    }

    List<Out> letters() {
        return letters;
    }
}
