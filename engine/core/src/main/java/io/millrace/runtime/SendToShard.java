package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.Shards;

/** The end of a chain in front of a section of parallel keys that other stages run: each key goes to the thread of its shard. */
final class SendToShard implements Node {
    private final EdgeRing[] byShard;

    SendToShard(EdgeRing[] byShard) {
        this.byShard = byShard;
    }

    @Override
    public boolean on(Flow flow) {
        byShard[Shards.of(flow)].write(flow);
        return false;
    }
}
