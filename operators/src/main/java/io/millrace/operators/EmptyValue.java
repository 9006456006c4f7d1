package io.millrace.operators;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.InPlaceType;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Updates;
import io.millrace.state.Scratch;

/**
 * What a retraction carries when the function that was to make its value throws: every field zero, every text empty. It is meant by
 * key, so what it carries matters to nobody who keeps rows; that it comes does, or the row it takes back stays for ever. Where a
 * filter made it of a replacement it carries what the filter has just refused, so that the function throws is no fault of anybody's.
 *
 * <p>The value is made when it is first asked for, which is when an exception has been made as well: a record's constructor is not
 * called with zeros where nobody needs them.
 */
final class EmptyValue {
    private final EventType<?> type;
    private final EventView<?> view;
    private final boolean isByKey;

    @Scratch("made again when it is asked for")
    private byte[] bytes;

    /** How many bytes it has; 0 when the type has no empty value, or it was not asked for yet. */
    @Scratch("as its bytes")
    private int length;

    /** Of the type of the node's main output; null for an untyped one, whose empty value is null. */
    EmptyValue(EventType<?> type, NodeContext context) {
        this.type = type;
        view = type == null ? null : context.cutting(type.newView());
        isByKey = isByKey(context);
    }

    /**
     * Puts the empty value in the hand for which user code has thrown, if that is a retraction and goes on.
     *
     * @return false when it is none, the error is one of the machine, or the type has no value of zeros (a record that refuses them)
     */
    boolean standsIn(Flow flow, Throwable thrown) {
        if (!isByKey || !goesOn(flow, thrown)) {
            return false;
        }
        if (type == null) {
            flow.value(null);
            return true;
        }
        if (bytes == null) {
            make();
        }
        if (length == 0) {
            return false;
        }
        Object empty;
        try {
            empty = view.wrap(bytes, 0, length);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            return false; // what it has thrown for first becomes the dead letter
        }
        flow.value(empty, bytes, 0, length);
        if (type.hasCursor()) {
            flow.cursor(view);
        }
        return true;
    }

    /**
     * Whether retractions are meant by key. Where they carry the very row that they take back nothing was made of that row either, and
     * to go on would take back another, behind a key that is made of zeros.
     */
    static boolean isByKey(NodeContext context) {
        return context.updates(0) != Updates.CHANGES;
    }

    /** Whether what user code has thrown for must not stop here: a retraction, unless the state can no longer be trusted. */
    static boolean goesOn(Flow flow, Throwable thrown) {
        return flow.form() == EntryForm.RETRACTION && !(thrown instanceof VirtualMachineError);
    }

    private void make() {
        bytes = new byte[type.maxLength()];
        try {
            int written = bytes.length;
            if (type instanceof InPlaceType<?, ?> filled) {
                var writer = filled.newWriter();
                writer.wrap(bytes, 0, bytes.length);
                written = writer.length();
            }
            length = type.check(bytes, 0, written) == null ? written : 0;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            length = 0; // a codec that cannot write an event without fields, or asserts
        }
    }
}
