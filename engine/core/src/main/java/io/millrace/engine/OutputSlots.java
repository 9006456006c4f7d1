package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import io.millrace.topology.Topology;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Where the marks of each output stand beside the log: by its place in the topology, until a changed topology has taken over, which
 * notes it. An output keeps its place through that, and the place of one that is gone goes to no other.
 *
 * <p>All that have taken over are noted, since the snapshot that the next one takes over may still be that of one before; and what is noted
 * counts when the log is that one's, so that a crash between both notes changes nothing. Immutable.
 */
final class OutputSlots {
    private static final String NOTE = "outputs";

    /** Stands at the places of outputs that a topology does not have. */
    private static final String NONE = "";

    /**
     * A topology and its outputs.
     *
     * @param since from which entry on the log is its own; -1 for the first
     * @param facts a hash of its facts
     * @param names of its outputs, by place
     */
    private record Reign(long since, int facts, List<String> names) {}

    /** The newest last; at least one. */
    private final List<Reign> all;

    private OutputSlots(List<Reign> all) {
        this.all = all;
    }

    /** Of the topology whose log it is. */
    static OutputSlots of(JournalLog log, Topology topology) {
        List<Reign> noted = read(log);
        return new OutputSlots(noted.isEmpty() ? List.of(first(log, names(topology))) : noted);
    }

    /** Of a topology that takes over the newest snapshot, of whose outputs it has some under these names or others. */
    static OutputSlots moved(JournalLog log, Topology topology, Migration how, JournalFacts facts) {
        List<Reign> reigns = read(log);
        if (reigns.isEmpty()) {
            reigns.add(first(log, HostState.outputs(log)));
        }
        List<String> were = reigns.get(0).names();
        for (Reign r : reigns) {
            were = r.since() < log.snapshot() ? r.names() : were; // who takes over at a place makes snapshots behind it
        }
        List<String> slots = new ArrayList<>();
        reigns.get(reigns.size() - 1).names().forEach(n -> slots.add(NONE));
        for (String name : names(topology)) {
            int slot = slot(name, were, how);
            slot = slot < 0 ? slotOfTail(name, were.size(), reigns, log.snapshot()) : slot;
            if (slot < 0) {
                slots.add(name);
            } else {
                slots.set(slot, name);
            }
        }
        reigns.add(new Reign(log.snapshot(), hash(facts), slots));
        return new OutputSlots(reigns);
    }

    private static int slot(String name, List<String> were, Migration how) {
        int slot = -1;
        for (int i = 0; i < were.size(); i++) {
            slot = !were.get(i).equals(NONE) && how.nameOf(were.get(i)).equals(name) ? i : slot;
        }
        return slot;
    }

    /** Of an output that one which took over the same snapshot had, too, as a new one: what that let out of the tail stands. */
    private static int slotOfTail(String name, int ofSnapshot, List<Reign> reigns, long snapshot) {
        int slot = -1;
        for (Reign r : reigns) {
            int at = r.since() == snapshot ? r.names().indexOf(name) : -1;
            slot = at >= ofSnapshot ? at : slot;
        }
        return slot;
    }

    private static Reign first(JournalLog log, List<String> names) {
        return new Reign(-1, hash(log.facts()), names);
    }

    private static int hash(JournalFacts facts) {
        return new TreeMap<>(facts.facts()).toString().hashCode();
    }

    private static List<String> names(Topology topology) {
        return topology.outputs().stream().map(o -> o.name()).toList();
    }

    /** Names by place. */
    List<String> names() {
        return all.get(all.size() - 1).names();
    }

    /** Those that are noted, up to the one whose log it is; empty where nothing has been taken over. */
    private static List<Reign> read(JournalLog log) {
        List<Reign> result = new ArrayList<>();
        try (InputStream in = log.openNote(NOTE)) {
            if (in == null) {
                return result;
            }
            CheckedInputStream summed = new CheckedInputStream(in, new CRC32C());
            DataInputStream data = new DataInputStream(summed);
            for (int left = data.readInt(); left > 0; left--) {
                result.add(new Reign(data.readLong(), data.readInt(), readNames(data)));
            }
            if (summed.getChecksum().getValue() != new DataInputStream(in).readLong()) {
                throw new IOException("its checksum does not match");
            }
        } catch (IOException e) {
            throw new JournalException(
                    "the journal's note about its outputs cannot be read: " + e + "; put back a copy of the note", e);
        }
        while (!result.isEmpty() && result.get(result.size() - 1).facts() != hash(log.facts())) {
            result.remove(result.size() - 1); // it ended before the log was its own
        }
        if (result.isEmpty()) {
            throw new JournalException("the note about outputs beside the journal belongs to another journal; put back "
                    + "the one that belongs to this journal");
        }
        return result;
    }

    private static List<String> readNames(DataInputStream from) throws IOException {
        List<String> names = new ArrayList<>();
        for (int left = from.readInt(); left > 0; left--) {
            names.add(from.readUTF());
        }
        return names;
    }

    void keep(JournalLog log) throws IOException {
        log.keepNote(NOTE, to -> {
            CheckedOutputStream summed = new CheckedOutputStream(to, new CRC32C());
            DataOutputStream data = new DataOutputStream(summed);
            data.writeInt(all.size());
            for (Reign r : all) {
                data.writeLong(r.since());
                data.writeInt(r.facts());
                data.writeInt(r.names().size());
                for (String n : r.names()) {
                    data.writeUTF(n);
                }
            }
            new DataOutputStream(to).writeLong(summed.getChecksum().getValue());
        });
    }
}
