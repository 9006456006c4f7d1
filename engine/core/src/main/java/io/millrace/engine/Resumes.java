package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog.Marks;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSink;
import io.millrace.transport.LogStart;
import io.millrace.transport.Resumption;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Where the receivers of a host go on that has a journal. Used while the host is set up. */
final class Resumes {
    /** Receivers of one output; each output has its own marks, so that binding another one elsewhere changes nothing. */
    private static final int PER_OUTPUT = 4;

    private final String engine;

    /** Names of outputs by the places of their marks. */
    private final List<String> slots;

    private final Marks marks;

    /** The seed of its hashes is drawn once for each journal. */
    private final JournalFacts log;

    /** Of each output one for those that the stage calls, and one for each that has a thread. */
    private static final int LETTERS = 1 + PER_OUTPUT;

    private final List<LetterMark> letters = new ArrayList<>();
    private final long firstLive;
    private final int[] bound;
    private final List<ResumedOutput> all = new ArrayList<>();

    /** The journal ends before the first live entry. */
    Resumes(Topology topology, List<String> slots, Marks marks, JournalFacts log, long firstLive) {
        engine = topology.name();
        this.firstLive = firstLive;
        this.log = log;
        this.marks = marks;
        this.slots = slots;
        bound = new int[slots.size()];
        if (bound.length * PER_OUTPUT * 2 > marks.size()) {
            throw new JournalException(
                    topology + " has had " + bound.length + " outputs, and its journal keeps marks for at most "
                            + marks.size() / (2 * PER_OUTPUT) + "; split the topology, or run it without a journal");
        }
        forgetWhatNobodyCounted();
    }

    /** Where marks were lost: letters begin at none, and so do outputs that do not exist yet. */
    private void forgetWhatNobodyCounted() {
        for (int i = bound.length * PER_OUTPUT * 2; i < marks.size(); i++) {
            if (marks.get(i) == Marks.UNKNOWN) {
                marks.set(i, 0);
            }
        }
    }

    /** For a receiver that is called directly. */
    ResumedOutput of(Output<?> output) {
        return of(output, Resumption.marked());
    }

    ResumedOutput of(Output<?> output, EventSink<?> sink) {
        try {
            return of(output, sink.resume(new LogStart(output.name(), numberOf(output), firstLive)));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new JournalException("output " + output.name() + ": its sink could not say what it holds: " + e, e);
        }
    }

    /** By its place, which an output keeps that is renamed. The seed is nobody's business outside, so nothing is told that it can be made of. */
    private long numberOf(Output<?> output) throws GeneralSecurityException {
        int slot = slots.indexOf(output.name());
        ByteBuffer of = ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES)
                .putLong(log.hashSeed())
                .putInt(slot)
                .putInt(bound[slot]);
        return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(of.array()))
                        .getLong()
                | 1;
    }

    private ResumedOutput of(Output<?> output, Resumption how) {
        int port = slots.indexOf(output.name());
        int index = bound[port]++;
        if (how.isMarked() && index >= PER_OUTPUT) {
            throw new JournalException("output " + output.name() + " has more than " + PER_OUTPUT
                    + " receivers for which the journal keeps marks; bind one receiver that passes "
                    + "events on to the others");
        }
        int place = Math.min(index, PER_OUTPUT - 1);
        LetterMark own = index < PER_OUTPUT ? letters(output, 1 + index) : null;
        ResumedOutput result = new ResumedOutput(engine, output.name(), how, marks, port * PER_OUTPUT + place, own);
        all.add(result);
        return result;
    }

    /** From the other end, so that there may be more outputs one day; null where both ends meet. */
    private LetterMark letters(Output<?> output, int receiver) {
        int slot = slots.indexOf(output.name());
        if (slots.size() * (2 * PER_OUTPUT + LETTERS) > marks.size()) {
            return null;
        }
        LetterMark result = new LetterMark(output.name(), marks, marks.size() - 1 - (slot * LETTERS + receiver));
        letters.add(result);
        return result;
    }

    /** For the letters of those that the stage calls. */
    LetterMark letters(Output<?> output) {
        return letters(output, 0);
    }

    /** All that are kept. */
    List<LetterMark> letters() {
        return letters;
    }

    /** The place of the first entry that the journal does not have at the start. */
    long firstLive() {
        return firstLive;
    }

    /** Those of all receivers. */
    List<ResumedOutput> all() {
        return all;
    }

    /** What receivers were given, or may have been, and may or may not have dealt with: outputs and their numbers, from 1. Behind recovery. */
    List<String> inDoubt() {
        return all.stream()
                .filter(r -> r.doubtful() > 0)
                .map(ResumedOutput::inDoubt)
                .toList();
    }
}
