package io.millrace.runtime;

import io.millrace.event.EventView;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** Behind a source whose type has a cursor: says what rewinds its events. */
final class SetCursor implements Node {
    private final EventView<?> view;

    SetCursor(EventView<?> view) {
        this.view = view;
    }

    @Override
    public boolean on(Flow flow) {
        flow.cursor(view);
        return true;
    }
}
