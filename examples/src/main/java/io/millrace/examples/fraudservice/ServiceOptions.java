package io.millrace.examples.fraudservice;

import java.util.List;

/**
 * The options of {@code fraud-service}.
 *
 * @param rate             payments a second
 * @param seconds          for how long
 * @param udp              over UDP instead of shared memory
 * @param killAfterSeconds when the engine is killed; -1 when it is not
 */
record ServiceOptions(long rate, long seconds, boolean udp, long killAfterSeconds) {
    /** What the process that sends is told. */
    List<String> ofGateway() {
        return List.of("--rate", Long.toString(rate), "--seconds", Long.toString(seconds));
    }

    long payments() {
        return rate * seconds;
    }
}
