package io.millrace.operators.process;

import io.millrace.event.ShownMessage;

/** A handler would have gone beyond a declared bound. The event is refused even when the handler catches this. */
final class OverBoundException extends IllegalStateException implements ShownMessage {
    private static final long serialVersionUID = 1L;

    OverBoundException(String message) {
        super(message);
    }
}
