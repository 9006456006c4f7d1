package io.millrace.operators;

import java.lang.reflect.RecordComponent;

/**
 * Finds out whether a record holds given objects, each at its own place, and nothing else. Views are moved, not made, from
 * event to event; a record of views then stays true, while one that took a number out of a view, or chose between two views,
 * does not.
 */
final class RecordOfViews {
    private RecordOfViews() {}

    /** Objects that are the same one cannot be told apart; then the answer is no. */
    static boolean isMadeOf(Object result, Object[] parts) {
        RecordComponent[] components = result.getClass().getRecordComponents();
        if (components == null || components.length != parts.length) {
            return false;
        }
        try {
            for (int i = 0; i < parts.length; i++) {
                RecordComponent c = components[i];
                c.getAccessor().setAccessible(true);
                if (c.getType().isPrimitive()
                        || c.getAccessor().invoke(result) != parts[i]
                        || isAmong(parts[i], parts, i)) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false; // cannot be looked into: made for each event, which is always right
        }
    }

    private static boolean isAmong(Object part, Object[] parts, int before) {
        for (int i = 0; i < before; i++) {
            if (parts[i] == part) {
                return true;
            }
        }
        return false;
    }
}
