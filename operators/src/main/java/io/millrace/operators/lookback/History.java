package io.millrace.operators.lookback;

import io.millrace.event.MisuseException;
import io.millrace.operator.Account;
import io.millrace.operator.Flow;
import io.millrace.operator.Taken;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one shape object of a look-back declares, and where the node puts what it moves over the state. For the base
 * class of the shape only.
 */
public final class History {
    final List<SpanDeclaration> spans = new ArrayList<>();
    final Declarations own = new Declarations();
    Object event;
    boolean twoStreams;
    boolean cut;
    private Flow flow;
    private long sequence;
    private int step;

    /** Makes a history without declarations. */
    public History() {}

    /**
     * Declares a span of time before the event.
     *
     * @param size  how long; positive
     * @param delay how long before the event it ends; 0 or more
     * @return the span, without aggregates yet
     * @throws IllegalArgumentException if a length is out of range
     */
    public SpanDeclaration last(Duration size, Duration delay) {
        SpanDeclaration span = new SpanDeclaration(size, delay);
        spans.add(span);
        return span;
    }

    /**
     * The declarations of the shape object itself, such as those of the key.
     *
     * @return the declarations
     */
    public Declarations own() {
        return own;
    }

    /**
     * The event that the result is for.
     *
     * @return a view or a value
     * @throws IllegalStateException after the call, in runs that check this
     */
    public Object event() {
        if (event == null || cut && (flow.sequence() != sequence || flow.step() != step)) {
            throw new MisuseException("the event of a look-back is valid during the call only;"
                    + " copy what you need of it in the step that takes the result");
        }
        return event;
    }

    /**
     * Whether the events that get an answer are of another stream than those that are kept.
     *
     * @return true if {@link #event} is of that other stream
     */
    public boolean twoStreams() {
        return twoStreams;
    }

    /**
     * Names the value that a field holds.
     *
     * @param held a cell, a text of the key, a span, or the declarations of a nested class
     * @param name the name of the field
     */
    public void name(Object held, String name) {
        for (SpanDeclaration span : spans) {
            if (span == held || span.aggregates == held) {
                span.name = name;
            }
            span.aggregates.name(held, name);
        }
        own.name(held, name);
    }

    /**
     * Checks that each declared value has a name.
     *
     * @param shape the name of the shape class
     * @throws IllegalArgumentException if no field holds a value
     */
    public void requireAllNamed(String shape) {
        for (SpanDeclaration span : spans) {
            span.aggregates.requireAllNamed(shape);
        }
        own.requireAllNamed(shape);
    }

    /** Tells the spans before a moment: from when to when, the values, and the events in them. */
    void explain(long timeNs, Account to) {
        for (int i = 0; i < spans.size(); i++) {
            SpanDeclaration span = spans.get(i);
            Account part = to.part(span.name == null ? "span " + (i + 1) : span.name);
            long firstNs = span.firstNs(timeNs);
            long lastNs = span.lastNs(timeNs);
            part.time("first moment", firstNs);
            part.time("last moment", lastNs);
            span.aggregates.explain(part);
            part.events("events", Taken.by(twoStreams ? 1 : 0).within(firstNs, lastNs));
        }
    }

    /** All that is declared. */
    List<Declared> declared() {
        List<Declared> all = new ArrayList<>(own.all());
        for (SpanDeclaration span : spans) {
            all.addAll(span.aggregates.all());
        }
        return all;
    }

    void moveTo(Object newEvent, Flow inHand) {
        if (event != newEvent) { // as in Flow
            event = newEvent;
        }
        if (cut) {
            if (flow != inHand) {
                flow = inHand;
            }
            sequence = inHand.sequence();
            step = inHand.step();
        }
    }
}
