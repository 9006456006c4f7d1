package io.millrace.examples.fraudservice;

/**
 * The options of {@code fraud-service}.
 *
 * @param rate             payments a second
 * @param seconds          for how long
 * @param udp              over UDP instead of shared memory
 * @param killAfterSeconds when the engine is killed; -1 when it is not
 */
record ServiceOptions(long rate, long seconds, boolean udp, long killAfterSeconds) {
    long payments() {
        return rate * seconds;
    }
}
