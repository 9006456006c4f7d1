package io.millrace.engine;

import io.millrace.operator.Flow;

/** Sees what one event of the inline host puts out, for the caller that waits for it. One a host, so that a call allocates nothing. */
final class DecisionTap implements Handover {
    private Receiver<Object> to;
    private long place;
    private int decided;
    private int handedOver;

    /** For the event that will stand at a place of the input order. */
    @SuppressWarnings("unchecked")
    void begin(long sequence, Receiver<?> decisions) {
        to = (Receiver<Object>) decisions;
        place = sequence;
        decided = 0;
        handedOver = 0;
    }

    @Override
    public void accept(Flow flow) throws Exception {
        if (flow.ownSequence() == place && !flow.fired()) {
            decided++;
            to.on(flow.value());
            handedOver++;
        }
    }

    void end() {
        to = null;
    }

    int decided() {
        return decided;
    }

    boolean hasHandedOverAll() {
        return handedOver == decided;
    }
}
