package io.millrace.operators;

import java.lang.reflect.RecordComponent;

/**
 * Finds out whether a record holds nothing but given objects. Views are moved, not made, from event to event; a record of
 * views then stays true, while one that took a number out of a view does not.
 */
final class RecordOfViews {
    private RecordOfViews() {}

    static boolean isMadeOf(Object result, Object[] parts) {
        RecordComponent[] components = result.getClass().getRecordComponents();
        if (components == null) {
            return false;
        }
        try {
            for (RecordComponent c : components) {
                c.getAccessor().setAccessible(true);
                if (c.getType().isPrimitive() || !isOneOf(c.getAccessor().invoke(result), parts)) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false; // cannot be looked into: made for each event, which is always right
        }
    }

    private static boolean isOneOf(Object value, Object[] parts) {
        for (Object p : parts) {
            if (p == value) {
                return true;
            }
        }
        return false;
    }
}
