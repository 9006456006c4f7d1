package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which versions have worked with a log, and from which entry on: of engine, JVM, time zones, and the kind of processor. Its facts have those of the
 * first start; each start that differs from the one before is noted beside the log. Told, and no reason to refuse.
 */
final class SeenVersions {
    static final String NOTE = "versions";

    private SeenVersions() {}

    /** From a place on, until the next one. */
    private record Run(long from, Map<String, String> notes) {}

    /** Behind recovery, before anything is appended. */
    static void note(JournalLog log, Map<String, String> now) {
        try {
            List<Run> runs = new ArrayList<>(read(log));
            Run last = runs.get(runs.size() - 1);
            if (last.notes.equals(now)) {
                return;
            }
            if (last.from == log.next()) {
                runs.remove(last); // it has no entries
            }
            runs.add(new Run(log.next(), now));
            log.keepNote(NOTE, to -> write(runs, new DataOutputStream(to)));
        } catch (IOException e) {
            throw new JournalException("the versions that work with the journal cannot be noted: " + e, e);
        }
    }

    /** How those that have worked with a log differ from these, in words; null when none does. */
    static String differentFrom(JournalLog log, Map<String, String> now) {
        List<Run> runs;
        try {
            runs = read(log);
        } catch (IOException e) {
            return "the note " + NOTE + " beside the journal cannot be read: " + e;
        }
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < runs.size(); i++) {
            String words = of(now).notesDifferentFrom(of(runs.get(i).notes));
            if (words != null && runs.size() > 1) {
                String to = i + 1 < runs.size() ? " to " + (runs.get(i + 1).from - 1) : " on";
                words = (i + 1 < runs.size() ? "entries " : "from entry ") + runs.get(i).from + to + ": " + words;
            }
            if (words != null) {
                all.append(all.length() == 0 ? "" : "; ").append(words);
            }
        }
        return all.length() == 0 ? null : all.toString();
    }

    private static JournalFacts of(Map<String, String> notes) {
        return new JournalFacts("", 0, Map.of(), notes);
    }

    /** At least the one that began the log. */
    private static List<Run> read(JournalLog log) throws IOException {
        try (InputStream note = log.openNote(NOTE)) {
            if (note == null) {
                return List.of(new Run(0, log.facts().notes()));
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(note.readAllBytes()));
            List<Run> runs = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                long from = in.readLong();
                Map<String, String> notes = new LinkedHashMap<>();
                for (int n = in.readInt(); n > 0; n--) {
                    notes.put(in.readUTF(), in.readUTF());
                }
                runs.add(new Run(from, notes));
            }
            return runs.isEmpty() ? List.of(new Run(0, log.facts().notes())) : runs;
        }
    }

    private static void write(List<Run> runs, DataOutputStream to) throws IOException {
        to.writeInt(runs.size());
        for (Run run : runs) {
            to.writeLong(run.from);
            to.writeInt(run.notes.size());
            for (Map.Entry<String, String> note : run.notes.entrySet()) {
                to.writeUTF(note.getKey());
                to.writeUTF(note.getValue());
            }
        }
    }
}
