package io.millrace.testkit;

import io.millrace.event.DeadLetter;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/** A dead letter of the test driver. */
record CopiedLetter(
        long sequence,
        String node,
        Reason reason,
        String cause,
        String site,
        String event,
        long correlationId,
        boolean fired,
        String key,
        long dueNs)
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
        String event = "";
        long correlation = 0;
        if (entry != null && Entry.kind(entry, offset) == EntryKind.EVENT) {
            Input<?> input = topology.inputs().get(Entry.source(entry, offset));
            event = input.type().text(entry, Entry.payload(entry, offset), Entry.payloadLength(entry, offset));
            correlation = Entry.correlationId(entry, offset);
        }
        TopologyNode n = topology.nodes().get(node);
        String cause = cause(reason, detail, thrown);
        return new CopiedLetter(sequence, n.name(), reason, cause, n.site(), event, correlation, false, "", 0);
    }

    static CopiedLetter of(
            Topology topology, long sequence, int node, Reason reason, String detail, Throwable thrown, Firing f) {
        KeyInfo keyInfo = topology.nodes().get(f.node()).key();
        String key = keyInfo == null ? "" : keyInfo.text(f.key(), f.keyBytes(), f.keyLength());
        long correlation = f.header() == null ? 0 : Entry.correlationId(f.header(), 0);
        TopologyNode n = topology.nodes().get(node);
        String cause = cause(reason, detail, thrown);
        return new CopiedLetter(sequence, n.name(), reason, cause, n.site(), "", correlation, true, key, f.dueNs());
    }

    private static String cause(Reason reason, String detail, Throwable thrown) {
        if (thrown == null) {
            return detail == null ? reason.text() : detail;
        }
        return detail == null ? thrown.toString() : detail + ": " + thrown;
    }
}
