package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import io.millrace.topology.Topology;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the marks of each output stand beside the log: by its place in the topology, until a changed topology has taken over, which
 * notes it. An output keeps its place through that, and the place of one that is gone goes to no other.
 */
final class OutputSlots {
    private static final String NOTE = "outputs";
    private static final String GONE = "-";

    private OutputSlots() {}

    /** Names by place. */
    static List<String> of(JournalLog log, Topology topology) {
        List<String> noted = read(log);
        return noted == null ? names(topology) : noted;
    }

    private static List<String> names(Topology topology) {
        return topology.outputs().stream().map(o -> o.name()).toList();
    }

    /** Those of a topology that takes over a snapshot which was made by another, of whose outputs it has some under these names or others. */
    static List<String> moved(JournalLog log, List<String> ofSnapshot, Topology topology, Migration how) {
        List<String> noted = read(log);
        List<String> were = noted == null ? ofSnapshot : noted;
        List<String> slots = new ArrayList<>(were);
        slots.replaceAll(s -> s.startsWith(GONE) ? s : GONE + s);
        for (String name : names(topology)) {
            int slot = -1;
            for (String old : ofSnapshot) {
                slot = how.nameOf(old).equals(name) ? slots.indexOf(GONE + old) : slot;
            }
            if (slot < 0) {
                slots.add(name);
            } else {
                slots.set(slot, name);
            }
        }
        return slots;
    }

    private static List<String> read(JournalLog log) {
        try (InputStream in = log.openNote(NOTE)) {
            if (in == null) {
                return null;
            }
            DataInputStream data = new DataInputStream(in);
            List<String> names = new ArrayList<>();
            for (int left = data.readInt(); left > 0; left--) {
                names.add(data.readUTF());
            }
            return names;
        } catch (IOException e) {
            throw new JournalException("what the journal notes of its outputs cannot be read: " + e.getMessage(), e);
        }
    }

    static void keep(JournalLog log, List<String> slots) throws IOException {
        log.keepNote(NOTE, to -> {
            DataOutputStream data = new DataOutputStream(to);
            data.writeInt(slots.size());
            for (String s : slots) {
                data.writeUTF(s);
            }
            data.flush();
        });
    }
}
