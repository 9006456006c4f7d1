package io.millrace.examples.fraudservice;

import java.util.Map;

/**
 * What came of all payments.
 *
 * <p>What was in flight as an engine was killed had been taken by it, as its marks say, and was not decided. Over UDP there is also what was on its way
 * while no engine lived, since nobody keeps that: the next engine sees by the first number how many had been sent. What is neither decided nor in
 * flight was lost.
 *
 * @param sent     how many the gateway has sent; null where it has not said so
 * @param decided  how many different ones the desk has seen
 * @param twice    how many it has seen again
 * @param inFlight how many nobody decides
 */
record Outcome(Long sent, long decided, long twice, long inFlight) {
    /** By what the three have said at their ends. */
    static Outcome of(
            Map<String, String> gateway,
            Map<String, String> engine,
            Map<String, String> desk,
            boolean isKilled,
            boolean udp) {
        long gone = Math.max(number(engine, "taken before"), udp ? number(engine, "sent before") : 0);
        long inFlight = isKilled ? Math.max(0, gone - number(desk, "decided before")) : 0;
        return new Outcome(
                gateway.containsKey("sent") ? number(gateway, "sent") : null,
                number(desk, "decided"),
                number(desk, "decided twice"),
                inFlight);
    }

    /** Empty where nobody knows. */
    String missing() {
        return sent == null ? "" : Long.toString(sent - decided - inFlight);
    }

    boolean isGood() {
        return missing().equals("0") && twice == 0;
    }

    @Override
    public String toString() {
        return (sent == null ? "the gateway has not said how many it has sent" : missing() + " payments missing") + ", "
                + twice + " decided twice";
    }

    static long number(Map<String, String> result, String label) {
        return Long.parseLong(result.getOrDefault(label, "0"));
    }
}
