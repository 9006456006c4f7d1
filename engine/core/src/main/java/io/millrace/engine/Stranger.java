package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.runtime.NodeCopies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The event type of a stranger: its time. Type, view and writer are one class, so that a copy of it is a copy of all three, which
 * no code has seen before.
 */
final class Stranger extends InPlaceType<long[], long[]> implements EventView<long[]>, EventWriter<long[]> {
    private final long[] event = new long[1];
    private byte[] target;
    private int at;

    Stranger() {
        super("stranger", Long.BYTES);
    }

    /** A type of a class of its own. */
    @SuppressWarnings("unchecked")
    static InPlaceType<long[], long[]> copy() {
        try {
            MethodHandles.Lookup lookup = NodeCopies.copyOf(MethodHandles.lookup(), Stranger.class);
            return (InPlaceType<long[], long[]>)
                    lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
                            .invoke();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException("class " + Stranger.class.getName() + " cannot be copied: " + t, t);
        }
    }

    @Override
    public EventView<long[]> newView() {
        return new Stranger();
    }

    @Override
    public EventWriter<long[]> newWriter() {
        return new Stranger();
    }

    @Override
    public int encode(long[] from, byte[] into, int offset) {
        Bytes.putLong(into, offset, from[0]);
        return Long.BYTES;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        return null;
    }

    @Override
    public String layout() {
        return "int64 timeNs";
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        return "stranger";
    }

    @Override
    public long[] wrap(byte[] bytes, int offset, int length) {
        event[0] = Bytes.getLong(bytes, offset);
        target = bytes;
        at = offset;
        return event;
    }

    /** Of what was filled; the writer's. */
    @Override
    public int length() {
        return encode(event, target, at);
    }
}
