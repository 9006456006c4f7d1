package io.millrace.runtime;

import io.millrace.metric.LatencyReport;
import io.millrace.operator.Flow;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/** The last events that came too late, as numbers: text is made when somebody asks. One thread; a copy for all others. */
final class Breaches {
    /** How many are kept. */
    static final int KEPT = 64;

    private static final int FIELDS = 8;
    private static final int KEY_BYTES = 64;

    private final long[] numbers = new long[KEPT * FIELDS];
    private final byte[] keys = new byte[KEPT * KEY_BYTES];
    private long total;

    void add(long sequence, int node, long budgetNs, long tookNs, int blamed, long blamedNs, Flow flow) {
        int place = (int) (total++ % KEPT);
        int at = place * FIELDS;
        numbers[at] = sequence;
        numbers[at + 1] = node;
        numbers[at + 2] = budgetNs;
        numbers[at + 3] = tookNs;
        numbers[at + 4] = blamed;
        numbers[at + 5] = blamedNs;
        numbers[at + 6] = flow.key();
        int length = flow.keyBytes() == null ? -1 : Math.min(flow.keyLength(), KEY_BYTES);
        numbers[at + 7] = length;
        if (length > 0) {
            System.arraycopy(flow.keyBytes(), 0, keys, place * KEY_BYTES, length);
        }
    }

    void copyFrom(Breaches other) {
        System.arraycopy(other.numbers, 0, numbers, 0, numbers.length);
        System.arraycopy(other.keys, 0, keys, 0, keys.length);
        total = other.total;
    }

    long total() {
        return total;
    }

    int kept() {
        return (int) Math.min(total, KEPT);
    }

    /** One of those kept, the oldest is 0; where its node has no key of its own, by that of what leads to it, or null. */
    LatencyReport.Breach breach(int i, Topology topology, KeyInfo keyed, String before) {
        int place = (int) ((Math.max(0, total - KEPT) + i) % KEPT);
        int at = place * FIELDS;
        TopologyNode node = topology.nodes().get((int) numbers[at + 1]);
        int blamed = (int) numbers[at + 4];
        return new LatencyReport.Breach(
                numbers[at],
                node.name(),
                numbers[at + 2],
                numbers[at + 3],
                blamed < 0 ? before : "in " + topology.nodes().get(blamed).name(),
                numbers[at + 5],
                key(node.key() == null ? keyed : node.key(), place));
    }

    private String key(KeyInfo key, int place) {
        if (key == null) {
            return "";
        }
        int length = (int) numbers[place * FIELDS + 7];
        byte[] bytes = null;
        if (length < 0 && !key.isNumber()) {
            return ""; // longer than what leads there says
        }
        if (length >= 0) {
            bytes = new byte[length];
            System.arraycopy(keys, place * KEY_BYTES, bytes, 0, length);
        }
        return key.text(numbers[place * FIELDS + 6], bytes, Math.max(0, length));
    }
}
