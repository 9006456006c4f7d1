package io.millrace.transport.aeron;

import io.millrace.event.ShownMessage;
import java.io.IOException;

/** What a publication or a subscription cannot do: it names streams and channels, and no field of an event. */
class AeronFault extends IOException implements ShownMessage {
    private static final long serialVersionUID = 1L;

    AeronFault(String message) {
        super(message);
    }

    AeronFault(String message, Throwable cause) {
        super(message, cause);
    }

    /** One that may be thrown often, since it makes no garbage. */
    static AeronFault traceless(String message) {
        return new Traceless(message);
    }

    private static final class Traceless extends AeronFault {
        private static final long serialVersionUID = 1L;

        Traceless(String message) {
            super(message);
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
