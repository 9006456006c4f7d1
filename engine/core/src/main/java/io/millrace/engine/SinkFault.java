package io.millrace.engine;

/** A sink has failed in something that is no single event's fault. Says which output, which sink, in what, and why. */
final class SinkFault extends Exception {
    private static final long serialVersionUID = 1L;

    SinkFault(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String toString() {
        return getMessage();
    }
}
