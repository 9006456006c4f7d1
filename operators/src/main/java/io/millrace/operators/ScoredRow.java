package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.MisuseException;
import io.millrace.operator.Flow;
import io.millrace.operators.score.Model;
import java.util.Arrays;
import java.util.List;

/**
 * The one implementation of {@link Scored}, so that user code meets one class: what a score node hands on, and the view over
 * stored bytes. One node, one thread; allocates nothing.
 */
final class ScoredRow<T> implements Scored<T>, EventView<Scored<T>> {
    final double[] row;

    private final Model model;
    private final List<String> names;
    private final EventView<T> view;
    private double raw;
    private double probability;
    private boolean hasProbability;
    private T event;
    private byte[] bytes;
    private int offset;
    private int length;

    /** For a node: the event is handed in. */
    ScoredRow(Model model) {
        this(model, null);
    }

    /** For stored bytes: the event is read by a view of its own. */
    ScoredRow(Model model, EventView<T> view) {
        this.model = model;
        this.view = view;
        names = model.featureNames();
        row = new double[names.size()];
    }

    /** Takes the entry in hand, whose row is filled. */
    Scored<T> set(Flow flow, double newRaw) {
        raw = newRaw;
        hasProbability = false;
        event = flow.value();
        bytes = flow.bytes();
        offset = flow.offset();
        length = flow.length();
        return this;
    }

    @Override
    public Scored<T> wrap(byte[] from, int at, int total) {
        raw = Bytes.getDouble(from, at);
        hasProbability = false;
        for (int i = 0; i < row.length; i++) {
            row[i] = Bytes.getDouble(from, at + 8 * (i + 1));
        }
        int head = 8 * (row.length + 1);
        bytes = from;
        offset = at + head;
        length = total - head;
        event = view.wrap(from, offset, length);
        return this;
    }

    /** Of stored bytes; in a node the event is rewound by what it was read from. */
    @Override
    public void rewind() {
        view.rewind();
    }

    @Override
    public void cut() {
        if (view != null) {
            view.cut();
        }
        event = null;
        bytes = null;
        raw = Double.NaN;
        Arrays.fill(row, Double.NaN);
        hasProbability = false;
    }

    /** Writes the event, by its bytes where they are known. */
    int encodeEvent(EventType<T> type, byte[] target, int at) {
        if (bytes == null) {
            return type.encode(event, target, at);
        }
        System.arraycopy(bytes, offset, target, at, length);
        return length;
    }

    @Override
    public T event() {
        return event;
    }

    @Override
    public double raw() {
        return raw;
    }

    @Override
    public double probability() {
        if (!hasProbability) {
            if (!model.hasProbability()) {
                throw new MisuseException("this model has no probability; use raw(): " + model.describe());
            }
            probability = model.probability(raw);
            hasProbability = true;
        }
        return probability;
    }

    @Override
    public double feature(int index) {
        return row[index];
    }

    @Override
    public double feature(String name) {
        int at = names.indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException(
                    "the model has no feature " + name + "; the nearest is " + Nearest.of(name, names));
        }
        return row[at];
    }

    @Override
    public List<String> featureNames() {
        return names;
    }

    @Override
    public String toString() {
        return "Scored[raw=" + raw + ", event=" + event + "]";
    }
}
