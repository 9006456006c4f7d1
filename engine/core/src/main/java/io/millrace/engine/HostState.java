package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.runtime.Adoption;
import io.millrace.runtime.Core;
import io.millrace.state.Migration;
import io.millrace.state.StateException;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A host between two entries as a snapshot has it: how many events each output has had, what each input has brought, how many dead letters
 * there were, which requests are open, then the core, then the rows of views. The thread that runs the core.
 */
final class HostState {
    private static final String SECTION = "host";
    private static final int VERSION = 4;

    private final Host host;
    private final InputMarks[] inputs;

    /** Null where the topology has to be the one that made the snapshot. */
    private final Migration how;

    private Adoption adoption;
    private RecoveryProgress progress;

    HostState(Host host, InputMarks[] inputs, Migration how) {
        this.host = host;
        this.inputs = inputs;
        this.how = how;
    }

    void save(long next, OutputStream out) {
        StateWriter to = new StateWriter(out);
        to.begin(SECTION, VERSION);
        to.putLong(next);
        to.putInt(host.bindings().ports().size());
        for (OutputPort p : host.bindings().ports()) {
            to.putText(p.output().name());
            to.putLong(p.count());
        }
        to.putInt(inputs.length);
        for (InputMarks i : inputs) {
            i.save(to);
        }
        host.deadLetters().save(to);
        host.sinks().views().describe(to);
        to.end();
        host.lookups().save(to);
        host.core().save(to);
        host.sinks().views().save(to);
        host.deadLetters().saveKept(to);
        to.finish();
    }

    /** Who is told how far it is; null for nobody. */
    void tells(RecoveryProgress who) {
        progress = who;
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
            StateReader from = new StateReader(progress == null ? in : progress.reading(snapshot, in));
            from.begin(SECTION, VERSION);
            long next = from.getLong();
            if (next != snapshot) {
                throw from.refused("it was made at entry " + next + ", but the journal names entry " + snapshot);
            }
            loadOutputs(from);
            int saved = from.getInt("a number of inputs", 1 << 16);
            if (how == null ? saved != inputs.length : saved > inputs.length) {
                throw from.refused("it has " + saved + " inputs and the "
                        + "topology has " + inputs.length + ". Entries refer to inputs by number; keep the "
                        + "inputs in their order, and add new ones at the end");
            }
            for (int i = 0; i < saved; i++) {
                inputs[i].load(from);
            }
            host.deadLetters().load(from, how);
            if (how != null) {
                host.sinks().views().startEmpty(how::startsEmpty);
            }
            host.sinks().views().find(from, this::nameNow);
            from.end();
            host.lookups().load(from);
            if (!mayBeUsed.getAsBoolean()) {
                return -1;
            }
            adoption = host.core().load(from, how);
            host.sinks().views().load(from);
            host.deadLetters().loadKept(from, adoption == null ? List.of() : adoption.relaid());
            from.finish();
            return next;
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    private JournalException cannotRead(IOException e) {
        return new JournalException("a snapshot of " + host.name() + " cannot be read: " + e, e);
    }

    private String nameNow(String was) {
        return how == null ? was : how.nameOf(was);
    }

    private void loadOutputs(StateReader from) {
        List<OutputPort> ports = host.bindings().ports();
        int saved = from.getInt("a number of outputs", 1 << 16);
        for (int i = 0; i < saved; i++) {
            String name = from.getText();
            long count = from.getLong();
            if (how == null
                    && (saved != ports.size()
                            || !name.equals(ports.get(i).output().name()))) {
                throw from.refused("it has output " + name + " among " + saved + " outputs, and the topology has "
                        + ports.stream().map(p -> p.output().name()).toList()
                        + "; restore it into the topology that made it, or declare a "
                        + "migration (Journaling.migrate)");
            }
            ports.stream().filter(p -> p.output().name().equals(nameNow(name))).forEach(p -> p.counted(count));
        }
    }

    /** What became of each node when it was loaded. */
    Adoption adoption() {
        return adoption;
    }

    /** What would become of each node; nothing is loaded. */
    Adoption foretell(JournalLog log) {
        try (InputStream in = log.openSnapshot()) {
            return host.core().foretell(core(in), how == null ? Migration.none() : how);
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    private static StateReader core(InputStream in) throws IOException {
        StateReader from = new StateReader(in);
        while (!"core".equals(from.next())) {
            from.begin(from.next(), from.nextVersion());
            from.skip();
        }
        return from;
    }

    /** How many stages had what made a snapshot; 0 where there is none, or that cannot be told: whoever loads it will say why. */
    static int stages(JournalLog log, long snapshot) {
        if (snapshot < 0) {
            return 0;
        }
        try (InputStream in = log.openSnapshot(snapshot)) {
            return Core.stagesSaved(core(in));
        } catch (IOException | StateException e) {
            return 0;
        }
    }

    /** The outputs of the topology that made the newest snapshot, in its order. */
    static List<String> outputs(JournalLog log) {
        try (InputStream in = log.openSnapshot()) {
            StateReader from = new StateReader(in);
            from.begin(SECTION, VERSION);
            from.getLong();
            List<String> names = new ArrayList<>();
            for (int left = from.getInt("a number of outputs", 1 << 16); left > 0; left--) {
                names.add(from.getText());
                from.getLong();
            }
            return names;
        } catch (IOException e) {
            throw new JournalException("the newest snapshot cannot be read: " + e, e);
        }
    }
}
