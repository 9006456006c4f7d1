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
 * A class of yours whose fields are the state of one key, its timers and its outputs. Handlers are methods of yours:
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
 * <p>An object is made at build, to see what the class declares, and another for each node, which is moved from key to
 * key. So the constructor must depend on its arguments only, and fields must be final. Names are unique in the class.
 * The names, kinds and lengths of what is kept are part of the identity of the topology.
 *
 * <p><b>Calls.</b> A handler runs for each event, and for each timer when it is due. All that it sets, keeps and emits
 * becomes final together, when it returns. A handler that throws has changed nothing: the event goes to the dead
 * letters; a firing is dropped and reported there, and a periodic timer goes on. The same happens if a handler emits or
 * keeps more than is declared.
 *
 * <p><b>Time.</b> An output has the time of its event, or the due time of the timer that emits it. Every event is
 * taken, also one behind progress ({@link #isLate}). What is due for a key fires before an event of that key: together
 * with the event up to 16 firings, and one for each declared timer. If more is due, the event waits, in the state
 * budget, while other keys go on; its time, and whether it is late, are as if all had fired when it came. An input
 * without a type keeps no events, so there the event is refused.
 *
 * <p><b>Memory.</b> A key is forgotten when nothing has happened to it for {@code keepIdle} of event time and it has no
 * pending timer. A handler that leaves a new key unchanged takes no memory.
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
     * Sets the handler of an input that brings inserts only.
     *
     * @param input   the input, as given to the constructor
     * @param handler called with each event
     * @param <T>     the type of the events
     */
    protected final <T> void on(On<T> input, ProcessHandler<? super T> handler) {
        state.handler(input.input(), handler);
    }

    /**
     * Sets the handler of an input that brings updates, such as revised results and changes of tables. {@link #on}
     * takes inserts only, and {@code build()} refuses it for an input that brings more.
     *
     * <p><b>Rows.</b> The handler gets each row with what it does: it is new, takes the earlier row of its key back, or
     * takes its place. If a key has results of several windows, the earlier row is that of the same window; so keep
     * which window a row belongs to, where that matters. A replacement does not bring the row that it replaces, and a
     * retraction that a filter has made of a replacement does not bring the row that it takes back. If an earlier
     * {@code map} threw for a retraction, every field of its row is zero. A handler that needs the earlier row keeps it
     * ({@link #keeps}), or you put a {@code changelog} before the process, which retracts the old row and then inserts
     * the new one.
     *
     * <p><b>Results.</b> What is emitted is new, never an update. If a handler throws, nothing changes and the row goes
     * to the dead letters; so what was made of the earlier row stands.
     *
     * <p><b>Forgotten keys.</b> An idle key is forgotten even while it has a row. An update after that, also a
     * retraction, finds fresh state. A handler that needs what it kept of the earlier row should note in a state field
     * that there is one, and look there first.
     *
     * @param input   the input, as given to the constructor
     * @param handler called with each row: {@code (form, row) -> …}
     * @param <T>     the type of the rows
     */
    protected final <T> void onUpdates(On<T> input, UpdateHandler<? super T> handler) {
        state.updates(input.input(), handler);
    }

    /**
     * Declares a timer. A class may have 32.
     *
     * @param name  unique in the class
     * @param fires called when the timer is due
     * @return the timer
     */
    protected final Timer timer(String name, FiringHandler fires) {
        return new Timer(state, name, fires);
    }

    /**
     * Declares an output of records.
     *
     * @param name unique in the class
     * @param type the class of the records
     * @param <R>  the type of the records
     * @return the output
     */
    protected final <R extends Record> Emit<R> emits(String name, Class<R> type) {
        return new Emit<>(state, name, EventType.of(type));
    }

    /**
     * Declares an output of events that are filled in place. Allocates nothing.
     *
     * @param name unique in the class
     * @param type the layout
     * @param <V>  the type of the events, as readers see them
     * @param <W>  the type of the events, as they are filled
     * @return the output
     */
    protected final <V, W> EmitInPlace<V, W> emits(String name, InPlaceType<V, W> type) {
        return new EmitInPlace<>(state, name, type);
    }

    /**
     * Bounds what one call emits on one output; by default 16. Buffers and edges are sized by it.
     *
     * @param most 1 to 2^20
     */
    protected final void emitsAtMost(int most) {
        state.outputsAtMost(most);
    }

    // ---- the call, for handlers

    /**
     * The key of the event or timer, if it is one number.
     *
     * @return the key
     * @throws IllegalStateException if the key is a text or has several fields
     */
    protected final long key() {
        return state.key();
    }

    /**
     * The key of the event or timer, if it is a text; of a key with several fields the first.
     *
     * @return the text, as a new string
     * @throws IllegalStateException if it is no text
     */
    protected final String keyText() {
        return state.keyText(0);
    }

    /**
     * A field of the key, if it is a text.
     *
     * @param field the index of the field, from 0
     * @return the text, as a new string
     * @throws IllegalStateException if the field is no text
     */
    protected final String keyText(int field) {
        return state.keyText(field);
    }

    /**
     * A field of the key, if it is a number.
     *
     * @param field the index of the field, from 0
     * @return the number
     * @throws IllegalStateException if the field is no number
     */
    protected final long keyNumber(int field) {
        return state.keyNumber(field);
    }

    /**
     * The time of the call: the event's own time, or the due time of the timer.
     *
     * @return nanoseconds since the epoch
     */
    protected final long nowNs() {
        return state.nowNs();
    }

    /**
     * The progress: all events with an earlier time have been seen.
     *
     * @return nanoseconds since the epoch
     */
    protected final long progressNs() {
        return state.progressNs();
    }

    /**
     * Whether the event is behind progress.
     *
     * @return false in a firing
     */
    protected final boolean isLate() {
        return state.isLate();
    }

    /**
     * Forgets the key, with its timers and kept events, when the handler returns. What the handler emitted is sent all
     * the same.
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
     * @param <V> the type of what is emitted
     */
    public static class Emit<V> extends Outlet<V> {
        Emit(KeyState state, String name, EventType<V> type) {
            super(state, name, type);
        }
    }

    /**
     * An output whose events are filled in place.
     *
     * @param <V> the type of the events, as readers see them
     * @param <W> the type of the events, as they are filled
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
         * @return the event, to be filled; fields that you do not set are zero
         * @throws IllegalStateException if it is one more than declared; the event that is being handled then goes to
         *     the dead letters
         */
        public W begin() {
            byte[] bytes = beginBytes();
            return writer.wrap(bytes, 0, bytes.length);
        }

        /** Emits what was filled since {@link #begin}. It is sent when the handler returns. */
        public void end() {
            endBytes(writer.length());
        }
    }
}
