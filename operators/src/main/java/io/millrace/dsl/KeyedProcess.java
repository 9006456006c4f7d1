package io.millrace.dsl;

import io.millrace.event.EventType;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.operators.process.FiringHandler;
import io.millrace.operators.process.KeyState;
import io.millrace.operators.process.Outlet;
import io.millrace.operators.process.ProcessHandler;
import io.millrace.operators.process.TimerCell;
import io.millrace.operators.process.UpdateHandler;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;

/**
 * A class of yours whose fields are the state of one key, its timers and its outputs:
 *
 * <pre>{@code
 * static class Reservation extends KeyedProcess {
 *     final EnumState<Status> status = enumState("status", Status.class, Status.NEW);
 *     final Kept<Requested> request = keeps("request", EventType.of(Requested.class));
 *     final Timer paymentDue = timer("payment-due", this::giveBack);
 *     final Emit<HoldSeats> holds = emits("holds", HoldSeats.class);
 *
 *     Reservation(On<Requested> requests) {
 *         on(requests, this::requested);
 *     }
 *
 *     void requested(Requested r) { … }
 *     void giveBack() { … }
 * }
 * }</pre>
 *
 * <p>It is made at build, to see what it declares, and once for each node, anew each time, and is then moved from key to key: so
 * its constructor must be a function of its arguments, and its fields must be final. Names are unique in the class;
 * they, the kinds and the lengths of what is kept are part of the topology's identity.
 *
 * <p><b>Calls.</b> A handler runs for each event, and for each timer when it is due. All that it sets, keeps and emits
 * becomes final together, when it has returned. One that throws has changed nothing: the event goes to the dead
 * letters, a firing is dropped and reported there (a periodic timer goes on). The same happens when it emits or keeps
 * more than is declared.
 *
 * <p><b>Time.</b> Outputs have the time of their event, or the due of the timer that emits them. Every event is taken,
 * also one behind progress ({@link #isLate}). What is due for a key fires before an event of that key is taken: with
 * it up to 16 firings and one for each timer that is declared, and behind more the event waits, in the state budget, while
 * others go on. What it then finds, its time and whether it is late are as if all had fired when it came. An input without
 * a type keeps no events: there it is refused.
 *
 * <p><b>Memory.</b> A key is forgotten when nothing has happened to it for {@code keepIdle} of event time and no timer
 * of it is pending. A handler that leaves a new key as it was takes no memory.
 */
public abstract class KeyedProcess extends StateFields {
    /** For subclasses. */
    protected KeyedProcess() {}

    final KeyState sealed() {
        for (Class<?> type = getClass(); type != KeyedProcess.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isFinal(field.getModifiers())) {
                    throw new IllegalArgumentException("field " + field.getName() + " of " + type.getName()
                            + " is not final: what a process keeps is declared, so that it can be put back; make it"
                            + " final, and a state such as longState(\"" + field.getName() + "\")");
                }
            }
        }
        state.seal();
        return state;
    }

    // ---- declarations, for construction

    /**
     * Says what is done with the events of an input that brings inserts only.
     *
     * @param input   given to the constructor
     * @param handler takes them
     * @param <T>     the event
     */
    protected final <T> void on(On<T> input, ProcessHandler<? super T> handler) {
        state.handler(input.input(), handler);
    }

    /**
     * Says what is done with the rows of an input that brings updates: results that are revised, what tables change into. {@link #on}
     * takes inserts only, and an input that brings more is refused at build.
     *
     * <p>A row comes as sinks and views get it, with what it does to those before it: it is new, takes the earlier one of its key back,
     * or takes its place (where a key has results of several windows, that of its window; so keep which window a row is of, where that
     * matters). A replacement does not bring the row it replaces, and a retraction which a filter has made of a replacement not the one that
     * it takes back; one for which a {@code map} in front has thrown brings a row with every field zero. A handler that needs that row keeps it ({@link #keeps}), or a
     * {@code changelog} in front does: it sends a retraction with the old row, then an insert with the new one. What is emitted is new,
     * never an update. When a handler throws, nothing has changed and the row goes to the dead letters: so what it has made of the
     * earlier row stands.
     *
     * <p>A key that was idle is forgotten, also while it has a row: an update after that, a retraction too, finds fresh state. A handler
     * that needs what it kept of the earlier row says by a field of its state that there is one, and looks there first.
     *
     * @param input   given to the constructor
     * @param handler takes them: {@code (form, row) -> …}
     * @param <T>     the row
     */
    protected final <T> void onUpdates(On<T> input, UpdateHandler<? super T> handler) {
        state.updates(input.input(), handler);
    }

    /**
     * A timer.
     *
     * @param name  unique in the class
     * @param fires what is done when it is due
     * @return the timer; 32 at most
     */
    protected final Timer timer(String name, FiringHandler fires) {
        return new Timer(state, name, fires);
    }

    /**
     * An output of records.
     *
     * @param name unique in the class
     * @param type the record
     * @param <R>  the record
     * @return the output
     */
    protected final <R extends Record> Emit<R> emits(String name, Class<R> type) {
        return new Emit<>(state, name, EventType.of(type));
    }

    /**
     * An output of events that are filled in place: allocates nothing.
     *
     * @param name unique in the class
     * @param type the layout
     * @param <V>  the event, as readers see it
     * @param <W>  the event, as it is filled
     * @return the output
     */
    protected final <V, W> EmitInPlace<V, W> emits(String name, InPlaceType<V, W> type) {
        return new EmitInPlace<>(state, name, type);
    }

    /**
     * Bounds what one call emits on one output; 16 unless declared. Buffers and edges are sized by it.
     *
     * @param most 1 to 2^20
     */
    protected final void emitsAtMost(int most) {
        state.outputsAtMost(most);
    }

    // ---- the call, for handlers

    /**
     * The key of the event or of the timer.
     *
     * @return a key that is a number
     * @throws IllegalStateException when the key is a text or has several fields
     */
    protected final long key() {
        return state.key();
    }

    /**
     * The key of the event or of the timer.
     *
     * @return a key that is a text, as a new string; of several fields the first
     * @throws IllegalStateException when it is no text
     */
    protected final String keyText() {
        return state.keyText(0);
    }

    /**
     * A field of a key that has several.
     *
     * @param field 0, 1, …
     * @return the text, as a new string
     * @throws IllegalStateException when it is no text
     */
    protected final String keyText(int field) {
        return state.keyText(field);
    }

    /**
     * A field of a key that has several.
     *
     * @param field 0, 1, …
     * @return the number
     * @throws IllegalStateException when it is no number
     */
    protected final long keyNumber(int field) {
        return state.keyNumber(field);
    }

    /**
     * The time of the call.
     *
     * @return the event's own time, or the due of the timer: nanoseconds since the epoch
     */
    protected final long nowNs() {
        return state.nowNs();
    }

    /**
     * The progress.
     *
     * @return nanoseconds; all events below it have been seen
     */
    protected final long progressNs() {
        return state.progressNs();
    }

    /**
     * Whether the event in hand is behind progress.
     *
     * @return false in a firing
     */
    protected final boolean isLate() {
        return state.isLate();
    }

    /**
     * Forgets the key, its timers and kept events included, when the handler has returned. What it emitted flows on.
     */
    protected final void forget() {
        state.forget();
    }

    // ---- kinds of fields

    /** A timer of a key. */
    public static final class Timer extends TimerCell {
        Timer(KeyState state, String name, FiringHandler fires) {
            super(state, name, fires);
        }
    }

    /**
     * An output.
     *
     * @param <V> what is emitted
     */
    public static class Emit<V> extends Outlet<V> {
        Emit(KeyState state, String name, EventType<V> type) {
            super(state, name, type);
        }
    }

    /**
     * An output that is filled in place.
     *
     * @param <V> the event, as readers see it
     * @param <W> the event, as it is filled
     */
    public static final class EmitInPlace<V, W> extends Emit<V> {
        private final EventWriter<W> writer;

        EmitInPlace(KeyState state, String name, InPlaceType<V, W> type) {
            super(state, name, type);
            writer = type.newWriter();
        }

        /**
         * Begins an event.
         *
         * @return to be filled; what is left alone is zero
         * @throws IllegalStateException when it is one more than declared: the event in hand goes to the dead letters
         */
        public W begin() {
            byte[] bytes = beginBytes();
            return writer.wrap(bytes, 0, bytes.length);
        }

        /** Emits what was filled since {@link #begin}. It flows on when the handler has returned. */
        public void end() {
            endBytes(writer.length());
        }
    }
}
