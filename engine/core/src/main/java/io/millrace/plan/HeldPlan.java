package io.millrace.plan;

import io.millrace.event.Entry;
import io.millrace.event.Input;
import io.millrace.operator.Firing;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.topology.TopologyNode;
import java.util.List;

/**
 * The bounded ring in which a stage keeps outputs until their entry is durable, if there is a journal. When it is full
 * the stage waits, and intake with it.
 *
 * @param slots how many outputs
 * @param slotBytes the bytes of one
 */
public record HeldPlan(int slots, int slotBytes) {
    /** In place of a number: as many as a high rate needs while a disk is waited for, fewer if events are large. */
    public static final int AS_MANY_AS_FIT = -1;

    private static final int SLOTS_MIN = 64;
    private static final int SLOTS_MAX = 4096;
    private static final int BYTES_MAX = 32 << 20;

    /** Bytes of a slot before the key. */
    private static final int HEADER = 68;

    /**
     * Plans the ring.
     *
     * @param asked how many outputs, a power of two; or {@link #AS_MANY_AS_FIT}, or 0
     * @param keyBytes the most bytes of a text key
     * @param entryBytes the most bytes of the causing entry
     * @param valueBytes the most bytes of an output
     * @return the plan
     */
    public static HeldPlan of(int asked, int keyBytes, int entryBytes, int valueBytes) {
        int slotBytes = HEADER + keyBytes + Math.max(entryBytes, Firing.LENGTH_MAX) + valueBytes;
        int fit = Math.max(SLOTS_MIN, Math.min(SLOTS_MAX, Integer.highestOneBit(BYTES_MAX / slotBytes)));
        return new HeldPlan(asked > 0 ? asked : fit, slotBytes);
    }

    /** For the outputs of a stage; null if it has none, or nothing is held. */
    static HeldPlan of(Plan plan, StagePlan stage) {
        Topology topology = plan.topology();
        int key = 0;
        int value = 0;
        boolean any = false;
        for (int id : stage.nodes()) {
            TopologyNode n = topology.nodes().get(id);
            if (n.output() != null) {
                any = true;
                TopologyNode from = topology.nodes().get(n.inputs().get(0).node());
                key = Math.max(key, from.key() == null ? 0 : from.key().maxBytes());
                value = Math.max(value, n.output().type().maxLength());
            }
        }
        int entry = 0;
        for (Input<?> i : topology.inputs()) {
            entry = Math.max(entry, Entry.MAX_HEADER_LENGTH + i.type().maxLength());
        }
        int asked = plan.options().heldOutputs();
        return any && asked != 0 ? of(asked, key, entry, value) : null;
    }

    /**
     * Returns the size of the ring.
     *
     * @return bytes, all allocated at start
     */
    public long bytes() {
        return (long) slots * slotBytes;
    }

    /**
     * Refuses a ring that does not fit into memory.
     *
     * @param topology its name
     * @param heapBytes the available memory
     * @throws TopologyException if it does not fit; names both
     */
    public void requireRoom(String topology, long heapBytes) {
        if (bytes() >= heapBytes / 4 * 3) {
            throw new TopologyException(
                    topology,
                    List.of("its " + slots + " outputs that may wait for the "
                            + "journal take " + (bytes() >> 20) + " MiB, but the "
                            + "heap has only " + (heapBytes >> 20)
                            + " MiB; hold fewer (Setup.heldOutputs), or raise -Xmx"));
        }
    }
}
