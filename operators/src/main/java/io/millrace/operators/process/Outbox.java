package io.millrace.operators.process;

import io.millrace.operator.Flow;
import java.util.Arrays;
import java.util.List;

/** What was emitted during a call, over all outputs, in the order of emission. */
final class Outbox {
    private final Outlet<?>[] outlets;
    private final int atMost;
    private int[] ports = new int[16];
    private int[] places = new int[16];
    private int count;

    /** Whether any of it may hold something. Each call ends empty, so the next one need not ask all outlets. */
    private boolean used;

    Outbox(List<Outlet<?>> outlets, int atMost) {
        this.outlets = outlets.toArray(new Outlet<?>[0]);
        this.atMost = atMost;
    }

    void begin() {
        if (used) {
            clear();
        }
    }

    private void clear() {
        for (Outlet<?> o : outlets) {
            o.clear();
        }
        count = 0;
        used = false;
    }

    /** An outlet is about to take something; answers how much there may be of it. */
    int use() {
        used = true;
        return atMost;
    }

    void add(int port, int place) {
        if (count == ports.length) {
            ports = Arrays.copyOf(ports, count * 2);
            places = Arrays.copyOf(places, count * 2);
        }
        ports[count] = port;
        places[count++] = place;
    }

    void requireEnded() {
        if (!used) {
            return;
        }
        for (Outlet<?> o : outlets) {
            o.requireEnded();
        }
    }

    int count() {
        return count;
    }

    /** Puts an output into the stage's hand; answers its port. */
    int put(int i, Flow flow) {
        int port = ports[i];
        outlets[port].put(places[i], flow);
        return port;
    }
}
