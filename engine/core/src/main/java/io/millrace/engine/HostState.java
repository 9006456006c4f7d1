package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/**
 * A host between two entries as a snapshot has it: how many events each output has had, what each input has brought, how many dead letters
 * there were, which requests are open, then the core, then the rows of views. The thread that runs the core.
 */
final class HostState {
    private static final String SECTION = "host";
    private static final int VERSION = 2;

    private final Host host;
    private final InputMarks[] inputs;

    HostState(Host host, InputMarks[] inputs) {
        this.host = host;
        this.inputs = inputs;
    }

    void save(long next, OutputStream out) {
        StateWriter to = new StateWriter(out);
        to.begin(SECTION, VERSION);
        to.putLong(next);
        to.putLong(host.bindings().ports().size());
        for (OutputPort p : host.bindings().ports()) {
            to.putText(p.output().name());
            to.putLong(p.count());
        }
        to.putLong(inputs.length);
        for (InputMarks i : inputs) {
            i.save(to);
        }
        host.deadLetters().save(to);
        host.sinks().views().describe(to);
        to.end();
        host.lookups().save(to);
        host.core().save(to);
        host.sinks().views().save(to);
        to.finish();
    }

    /**
     * Takes over the newest snapshot of a log; answers the place of the first entry that is not in it. What is asked in between, when
     * counts are known and the core is not touched, may say that it cannot be used: then the answer is -1.
     */
    long load(JournalLog log, BooleanSupplier mayBeUsed) {
        return load(log, log.snapshot(), mayBeUsed);
    }

    /** The same of the snapshot at a place. */
    long load(JournalLog log, long snapshot, BooleanSupplier mayBeUsed) {
        try (InputStream in = log.openSnapshot(snapshot)) {
            StateReader from = new StateReader(in);
            from.begin(SECTION, VERSION);
            long next = from.getLong();
            if (next != snapshot) {
                throw from.refused("it is of entry " + next + ", and the journal says " + snapshot);
            }
            from.same("outputs", host.bindings().ports().size());
            for (OutputPort p : host.bindings().ports()) {
                String name = from.getText();
                if (!name.equals(p.output().name())) {
                    throw from.refused("it has output " + name + " where the topology has "
                            + p.output().name() + "; restore into the topology that made it");
                }
                p.counted(from.getLong());
            }
            from.same("inputs", inputs.length);
            for (InputMarks i : inputs) {
                i.load(from);
            }
            host.deadLetters().load(from);
            host.sinks().views().find(from);
            from.end();
            host.lookups().load(from);
            if (!mayBeUsed.getAsBoolean()) {
                return -1;
            }
            host.core().load(from);
            host.sinks().views().load(from);
            from.finish();
            return next;
        } catch (IOException e) {
            throw new JournalException(
                    "the snapshot at " + snapshot + " of " + host.name() + " cannot be read: " + e, e);
        }
    }
}
