package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.topology.Topology;
import java.util.Collection;
import java.util.List;

/** Whether what stands behind a snapshot can be worked out by a topology whose inputs are not all as they were. One use, one thread. */
final class TailCheck implements JournalLog.EntryReader {
    private final List<Input<?>> inputs;
    private final Collection<String> relaid;
    private long entries;
    private String problem;

    /** Inputs whose events are laid out otherwise now. */
    TailCheck(Topology topology, Collection<String> relaid) {
        inputs = topology.inputs();
        this.relaid = relaid;
    }

    /** Throws when it cannot. */
    void check(JournalLog log, long from) {
        String wrong = problem(log, from);
        if (wrong != null) {
            throw new JournalException(wrong);
        }
    }

    /** Says why it cannot; null when it can. */
    String problem(JournalLog log, long from) {
        log.read(from, this);
        return problem;
    }

    long entries() {
        return entries;
    }

    @Override
    public boolean on(long sequence, byte[] bytes, int offset, int length) {
        entries++;
        byte kind = Entry.kind(bytes, offset);
        if (problem != null || kind != EntryKind.EVENT && kind != EntryKind.END) {
            return true;
        }
        int source = Entry.source(bytes, offset);
        if (source >= inputs.size()) {
            problem = "entry " + sequence + " after the snapshot is of input number " + source
                    + ", but the topology has only " + inputs.size() + " inputs; keep all inputs that it had";
        } else if (kind == EntryKind.EVENT && relaid.contains(inputs.get(source).name())) {
            problem = "entry " + sequence + " after the snapshot is an "
                    + "event of input " + inputs.get(source).name() + " in its old layout, which the changed "
                    + "topology cannot read; start the previous topology, make a snapshot when no more "
                    + "events come, and start this one again";
        }
        return true;
    }
}
