package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operators.score.Model;

/**
 * The layout of a scored event, so that one can be kept, split and sent between threads: the raw score, the row, then the
 * event's own bytes to the end.
 */
final class ScoredType<T> extends EventType<Scored<T>> {
    private final EventType<T> event;
    private final Model model;
    private final int head;

    ScoredType(EventType<T> event, Model model) {
        super("Scored<" + event.name() + ">", head(model) + event.maxLength());
        this.event = event;
        this.model = model;
        this.head = head(model);
    }

    private static int head(Model model) {
        return 8 * (model.featureNames().size() + 1);
    }

    @Override
    public boolean hasCursor() {
        return event.hasCursor();
    }

    @Override
    public EventView<Scored<T>> newView() {
        return new ScoredRow<>(model, event.newView());
    }

    @Override
    public int encode(Scored<T> scored, byte[] target, int offset) {
        Bytes.putDouble(target, offset, scored.raw());
        for (int i = 0; 8 * (i + 1) < head; i++) {
            Bytes.putDouble(target, offset + 8 * (i + 1), scored.feature(i));
        }
        int at = offset + head;
        return head
                + (scored instanceof ScoredRow<T> own
                        ? own.encodeEvent(event, target, at)
                        : event.encode(scored.event(), target, at));
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        if (length < head || offset < 0 || offset > bytes.length - length) {
            return name() + ": " + length + " bytes, its score and features take " + head;
        }
        return event.check(bytes, offset + head, length - head);
    }

    @Override
    public boolean hasSensitive() {
        return event.hasSensitive();
    }

    @Override
    public String layout() {
        return "raw@0, row(" + model.featureNames().size() + ")@8, event@" + head + ": " + event.layout();
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        if (length < head) {
            return name() + "[malformed: " + length + " bytes]";
        }
        return "Scored[raw=" + Bytes.getDouble(bytes, offset) + ", event="
                + event.text(bytes, offset + head, length - head) + "]";
    }
}
