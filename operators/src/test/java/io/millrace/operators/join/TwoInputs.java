package io.millrace.operators.join;

/** The progress of a node behind two inputs, as the semantics say it. */
final class TwoInputs {
    private final long[] disorderNs;
    private final long[] most = {Long.MIN_VALUE, Long.MIN_VALUE};

    TwoInputs(long leftDisorderNs, long rightDisorderNs) {
        this(leftDisorderNs, rightDisorderNs, 0);
    }

    /** Less the lateness that the node allows. */
    TwoInputs(long leftDisorderNs, long rightDisorderNs, long latenessNs) {
        disorderNs = new long[] {leftDisorderNs + latenessNs, rightDisorderNs + latenessNs};
    }

    /** Takes an event by one of the inputs; answers progress. */
    long see(int input, long ns) {
        most[input] = Math.max(most[input], ns);
        return progressNs();
    }

    private long progressNs() {
        return most[0] == Long.MIN_VALUE || most[1] == Long.MIN_VALUE
                ? Long.MIN_VALUE
                : Math.min(most[0] - disorderNs[0], most[1] - disorderNs[1]);
    }
}
