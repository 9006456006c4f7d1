package io.millrace.transport.aeron;

import io.millrace.event.ShownMessage;
import java.io.IOException;

/** What a publication or a subscription cannot do: it names streams and channels, and no field of an event. */
final class AeronFault extends IOException implements ShownMessage {
    private static final long serialVersionUID = 1L;

    AeronFault(String message) {
        super(message);
    }

    AeronFault(String message, Throwable cause) {
        super(message, cause);
    }
}
