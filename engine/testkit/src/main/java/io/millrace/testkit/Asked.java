package io.millrace.testkit;

import io.millrace.event.Header;

/**
 * A request that a topology has sent through a port, as a test sees it.
 *
 * @param sequence the place of the entry that caused it
 * @param ordinal  its number among the requests of that entry
 * @param request  what is asked
 * @param <Q>      the type of the request
 */
public record Asked<Q>(long sequence, int ordinal, Q request) {
    static <Q> Asked<Q> of(DriverPorts.Arrived<Q> request) {
        return new Asked<>(request.meta().sequence(), request.meta().ordinal(), request.event());
    }

    /**
     * The header of a reply to this request.
     *
     * @return a header that names the request
     */
    public Header header() {
        return new Header().cause(sequence, ordinal);
    }
}
