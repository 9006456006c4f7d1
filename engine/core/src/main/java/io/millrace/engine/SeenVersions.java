package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
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

    /** Behind recovery, before anything is appended. Answers in words that what was noted is lost; empty when it is not. */
    static String note(JournalLog log, Map<String, String> now) {
        List<Run> runs = new ArrayList<>();
        String lost = "";
        try {
            runs.addAll(read(log));
        } catch (IOException e) {
            runs.add(first(log));
            lost = unreadable(e) + ": it was started anew with the current versions; ";
        }
        boolean changed = !lost.isEmpty();
        changed |= runs.removeIf(r -> r.from > 0 && r.from >= log.next()); // they have no entries, or none any more
        Run last = runs.get(runs.size() - 1);
        if (!last.notes.equals(now)) {
            if (last.from == log.next()) {
                runs.remove(last);
            }
            runs.add(new Run(log.next(), now));
            changed = true;
        }
        if (changed) {
            keep(log, runs);
        }
        return lost;
    }

    private static void keep(JournalLog log, List<Run> runs) {
        try {
            byte[] bytes = SummedNote.bytes(to -> write(runs, to));
            log.keepNote(NOTE, to -> to.write(bytes));
        } catch (IOException e) {
            throw new JournalException("the versions that use the journal cannot be recorded beside it: " + e, e);
        }
    }

    /** How those that have worked with a log differ from these, in words; null when none does. */
    static String differentFrom(JournalLog log, Map<String, String> now) {
        List<Run> runs;
        try {
            runs = read(log);
        } catch (IOException e) {
            return unreadable(e);
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

    private static String unreadable(IOException e) {
        return "the file " + NOTE + " beside the journal cannot be read: " + e.getMessage();
    }

    private static Run first(JournalLog log) {
        return new Run(0, log.facts().notes());
    }

    private static JournalFacts of(Map<String, String> notes) {
        return new JournalFacts("", 0, Map.of(), notes);
    }

    /** At least the one that began the log. */
    private static List<Run> read(JournalLog log) throws IOException {
        try (InputStream note = log.openNote(NOTE)) {
            if (note == null) {
                return List.of(first(log));
            }
            DataInputStream in = SummedNote.read(note);
            List<Run> runs = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                long from = in.readLong();
                Map<String, String> notes = new LinkedHashMap<>();
                for (int n = in.readInt(); n > 0; n--) {
                    notes.put(in.readUTF(), in.readUTF());
                }
                runs.add(new Run(from, notes));
            }
            return runs.isEmpty() ? List.of(first(log)) : runs;
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
