package io.millrace.runtime;

import io.millrace.event.EntryForm;
import io.millrace.lineage.Explanation;

/** That a node took something, or put something out, in an entry that is traced. The fields are set once, where it happens. */
final class Act {
    /** Its number in the entry, over all nodes that are watched. */
    final int index;

    final int node;

    /** The input of what was taken; the output of what was put out. */
    final int port;

    final boolean isPut;
    int step;
    long timeNs;
    EntryForm form;
    long[] origins;
    LineageKey key;

    /** Null where the value has no layout. */
    byte[] bytes;

    String text;

    /** The node that fired it; -1 where an event of the step is the cause. */
    int firedBy = -1;

    long dueNs;
    long held = -1;

    /** The event it comes from, as of the flow. */
    long eventSequence;

    /** What brought it: the event of the step, or the entry that let time pass. */
    Explanation.Entry entry;

    /** Of what was taken: the event is the very one of the entry. */
    boolean isEvent;

    /** Of what was put out: what the node says of it. */
    AccountBook book;

    /** Of what was taken: what put it out; null where that is not known. */
    Act from;

    /** Of what was taken: the node refused it. */
    boolean refused;

    /** Whether the output that is explained depends on it. */
    boolean matters;

    /** The number of the step, once it has one. */
    int number;

    Act(int index, int node, int port, boolean isPut) {
        this.index = index;
        this.node = node;
        this.port = port;
        this.isPut = isPut;
    }

    boolean isSame(Act other) {
        return timeNs == other.timeNs
                && form == other.form
                && (bytes == null || other.bytes == null || java.util.Arrays.equals(bytes, other.bytes));
    }
}
