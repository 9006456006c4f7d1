package io.millrace.testkit;

import io.millrace.event.DeadLetter;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/** A dead letter of the test driver. */
record CopiedLetter(
        long sequence, String node, Reason reason, String cause, String site, String event, long correlationId)
        implements DeadLetter {
    static CopiedLetter of(
            Topology topology,
            long sequence,
            int node,
            Reason reason,
            String detail,
            Throwable thrown,
            byte[] entry,
            int offset) {
        TopologyNode n = topology.nodes().get(node);
        String cause = thrown == null
                ? (detail == null ? reason.text() : detail)
                : (detail == null ? thrown.toString() : detail + ": " + thrown);
        String event = "";
        long correlation = 0;
        if (entry != null && Entry.kind(entry, offset) == EntryKind.EVENT) {
            Input<?> input = topology.inputs().get(Entry.source(entry, offset));
            event = input.type().text(entry, Entry.payload(entry, offset), Entry.payloadLength(entry, offset));
            correlation = Entry.correlationId(entry, offset);
        }
        return new CopiedLetter(sequence, n.name(), reason, cause, n.site(), event, correlation);
    }
}
