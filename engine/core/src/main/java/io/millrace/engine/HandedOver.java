package io.millrace.engine;

import io.millrace.topology.Topology;

/** Whether the sources and sinks of a setup belong to a host: it closes them, also one that did not come to start. */
final class HandedOver {
    private boolean gone;

    /** From here on they do. */
    void toHost() {
        gone = true;
    }

    void requireNot(Topology topology, boolean hasSome) {
        if (gone && hasSome) {
            throw new IllegalStateException(topology + ": this setup has sources or sinks and was started before. They "
                    + "belong to the first host, which closes them even if its start failed; make another "
                    + "setup with new sources and sinks");
        }
    }
}
