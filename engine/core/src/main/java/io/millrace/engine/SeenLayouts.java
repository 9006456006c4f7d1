package io.millrace.engine;

import io.millrace.event.LayoutChange;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The layout of each version of each input and output that has worked with a journal. Its facts have those of the first start; a newer version
 * goes on with it, and one that changes later within itself would not differ from the facts. Kept beside the log. Immutable.
 */
final class SeenLayouts {
    static final String NOTE = "layouts";

    /** What a fact was called, and what it said. */
    private record Seen(String name, String kept) {}

    private final List<Seen> all;

    private SeenLayouts(List<Seen> all) {
        this.all = List.copyOf(all);
    }

    /** With a sum: a flipped bit would refuse the layout that it had been. */
    static SeenLayouts read(JournalLog log) {
        try (InputStream note = log.openNote(NOTE)) {
            if (note == null) {
                return new SeenLayouts(List.of());
            }
            DataInputStream in = SummedNote.read(note);
            List<Seen> all = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                all.add(new Seen(text(in), text(in)));
            }
            return new SeenLayouts(all);
        } catch (IOException e) {
            throw new JournalException(
                    "the file " + NOTE + " beside the journal, which records the layouts of its "
                            + "events, is damaged: " + e.getMessage() + "; put back a copy of it",
                    e);
        }
    }

    /** In which a layout of one version differs from what was seen of this version; null when none does. */
    String differenceTo(JournalFacts ours) {
        for (Seen seen : all) {
            String is = ours.facts().get(seen.name);
            if (is != null && isOther(seen, is) && !all.contains(new Seen(seen.name, is))) {
                return seen.name + " has changed, but its version has not: " + LayoutChange.of(seen.kept, is)
                        + ". Give the changed layout a new version";
            }
        }
        return null;
    }

    /** Whether it is another layout of the same version. */
    private static boolean isOther(Seen seen, String is) {
        return LayoutChange.isVersioned(is)
                && LayoutChange.contractOf(seen.kept).equals(LayoutChange.contractOf(is))
                && !LayoutChange.isRead(seen.kept, is);
    }

    /** Throws where the events of a log may be others. */
    void requireRead(JournalFacts ours) {
        String difference = differenceTo(ours);
        if (difference != null) {
            throw new JournalException("the journal was written with another event layout: " + difference);
        }
    }

    /**
     * These too, from now on: before anything of them is in the log, and not before it can be, since a start that fails leaves nothing
     * there that a later one could read in another way.
     *
     * @param alone whether another layout of the same version, of a topology that was taken over, is forgotten: not before that was noted
     */
    void keepWith(JournalFacts ours, JournalLog log, boolean alone) {
        List<Seen> more = new ArrayList<>(all);
        for (Map.Entry<String, String> fact : ours.facts().entrySet()) {
            Seen is = new Seen(fact.getKey(), fact.getValue());
            if (is.name.endsWith(JournalFacts.LAYOUT) && LayoutChange.isVersioned(is.kept)) {
                more.removeIf(s -> s.name.equals(is.name) && (s.equals(is) || alone && isOther(s, is.kept)));
                more.add(is);
            }
        }
        if (!Set.copyOf(more).equals(Set.copyOf(all))) {
            try {
                byte[] bytes = SummedNote.bytes(to -> write(more, to));
                log.keepNote(NOTE, to -> to.write(bytes));
            } catch (IOException e) {
                throw new JournalException("the layouts of events cannot be recorded beside the journal: " + e, e);
            }
        }
    }

    private static void write(List<Seen> all, DataOutputStream out) throws IOException {
        out.writeInt(all.size());
        for (Seen seen : all) {
            put(out, seen.name);
            put(out, seen.kept);
        }
    }

    private static void put(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
