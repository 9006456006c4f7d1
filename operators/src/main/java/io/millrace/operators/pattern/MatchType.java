package io.millrace.operators.pattern;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The layout of a match, so that it can be kept, split and sent between threads like any event.
 *
 * <pre>
 *  0       2 a step   how many events it took
 *  …       4          length of an event, then the event; by step, in the order of the match
 * </pre>
 *
 * @param <P> the pattern class
 */
final class MatchType<P> extends EventType<P> {
    private static final int LENGTH = 4;

    private final PatternOperator<?, P> operator;
    private final EventType<?>[] types;
    private final int[] most;

    MatchType(String name, PatternOperator<?, P> operator, List<EventType<?>> ofSteps, int maxLength) {
        super(name, maxLength);
        this.operator = operator;
        types = ofSteps.toArray(new EventType<?>[0]);
        most = operator.sample().steps.stream().mapToInt(s -> s.max).toArray();
    }

    static long maxLength(PatternShape shape, List<EventType<?>> ofSteps) {
        long bytes = 2L * shape.steps.size();
        for (int s = 0; s < shape.steps.size(); s++) {
            bytes += (long) shape.steps.get(s).max * (LENGTH + ofSteps.get(s).maxLength());
        }
        return bytes;
    }

    int steps() {
        return types.length;
    }

    EventType<?> ofStep(int step) {
        return types[step];
    }

    /** The most events of a match. */
    int eventsAtMost() {
        return IntStream.of(most).sum();
    }

    int head() {
        return 2 * types.length;
    }

    @Override
    public EventView<P> newView() {
        P made = operator.make();
        return new MatchView<>(this, made, operator.shapeOf(made));
    }

    @Override
    public int encode(P match, byte[] target, int offset) {
        MatchSource source = operator.shapeOf(match).source;
        int at = offset + head();
        for (int s = 0; s < types.length; s++) {
            int count = source.count(s);
            Bytes.putShort(target, offset + 2 * s, (short) count);
            for (int i = 0; i < count; i++) {
                int length = source.copy(s, i, target, at + LENGTH);
                Bytes.putInt(target, at, length);
                at += LENGTH + length;
            }
        }
        return at - offset;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        if (length < head() || offset < 0 || offset > bytes.length - length) {
            return name() + ": " + length + " bytes, its head takes " + head();
        }
        int at = offset + head();
        int end = offset + length;
        for (int s = 0; s < types.length; s++) {
            int count = Bytes.getShort(bytes, offset + 2 * s) & 0xffff;
            if (count > most[s]) {
                return name() + ": step " + s + " has " + count + " events, and at most " + most[s];
            }
            for (int i = 0; i < count; i++) {
                int of = at > end - LENGTH ? -1 : Bytes.getInt(bytes, at);
                at += LENGTH;
                if (of < 0 || of > end - at) {
                    return name() + ": event " + i + " of step " + s + " lies outside its " + length + " bytes";
                }
                String wrong = types[s].check(bytes, at, of);
                if (wrong != null) {
                    return wrong;
                }
                at += of;
            }
        }
        return at == end ? null : name() + ": " + (end - at) + " bytes behind its events";
    }

    @Override
    public boolean hasSensitive() {
        for (EventType<?> t : types) {
            if (t.hasSensitive()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String layout() {
        StringBuilder out = new StringBuilder("counts@0");
        for (int s = 0; s < types.length; s++) {
            out.append(", ").append(operator.sample().stepName(s)).append(": ").append(types[s].layout());
        }
        return out.toString();
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        if (check(bytes, offset, length) != null) {
            return name() + "[malformed: " + length + " bytes]";
        }
        StringBuilder out = new StringBuilder(name()).append('[');
        int at = offset + head();
        for (int s = 0; s < types.length; s++) {
            out.append(s == 0 ? "" : ", ").append(operator.sample().stepName(s)).append('=');
            int count = Bytes.getShort(bytes, offset + 2 * s) & 0xffff;
            for (int i = 0; i < count; i++) {
                int of = Bytes.getInt(bytes, at);
                out.append(i == 0 ? "" : "; ").append(types[s].text(bytes, at + LENGTH, of));
                at += LENGTH + of;
            }
        }
        return out.append(']').toString();
    }
}
