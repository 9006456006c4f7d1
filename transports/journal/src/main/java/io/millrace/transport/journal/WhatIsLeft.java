package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog.EntryReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;

/** Which entries there are, by the files: retention has given some up, and somebody may have taken others away. */
final class WhatIsLeft {
    private final Path directory;
    private final Manifest.Content content;
    private final Snapshots snapshots;
    private final Spans spans;

    /** In words: what is odd of what was read for a host, and hurts nobody. Any thread. */
    private final Set<String> oddities = new ConcurrentSkipListSet<>();

    WhatIsLeft(Path directory, Manifest.Content content, Snapshots snapshots, Spans spans) {
        this.directory = directory;
        this.content = content;
        this.snapshots = snapshots;
        this.spans = spans;
    }

    /** The first entry of a log that ends at a place. */
    long first(long end) throws IOException {
        if (content.epochs.isEmpty()) {
            return content.givenUp.firstSequence();
        }
        Epoch lowest = content.epochs.get(0);
        List<Long> bases = Segments.bases(lowest.directory(directory));
        if (bases.isEmpty()) {
            return content.epochs.size() == 1 ? end : content.epochs.get(1).first();
        }
        return bases.get(0) == 0 ? lowest.first() : spans.firstOf(lowest, bases.get(0));
    }

    /**
     * Whether a start can begin with a log that ends at a place: with the newest snapshot up to there, or the first entry, and all behind it
     * can be read. To be asked where a start is refused or told to give up what is hurt: it reads as much as that start would.
     */
    boolean isEnough(long end) {
        try {
            snapshots.choose(end, new StringBuilder());
            long from = Math.max(0, snapshots.newestReadable());
            if (end == 0 || from < first(end)) {
                return false;
            }
            LogReader.read(directory, List.copyOf(content.epochs), from, end - 1, (at, bytes, offset, length) -> true);
            return true;
        } catch (IOException | JournalException | LogReader.Damage e) {
            return false;
        }
    }

    /**
     * What a start that begins with the newest snapshot comes to in front of the files that an opening reads. It reads as much as that start
     * will, so only who may give it up asks.
     *
     * @return null where all up to the end can be read
     */
    LogReader.Damage damage(long end) {
        try {
            LogReader.read(
                    directory, List.copyOf(content.epochs), begin(), end - 1, (at, bytes, offset, length) -> true);
            return null;
        } catch (LogReader.Damage e) {
            return e;
        }
    }

    private long begin() {
        return Math.max(0, snapshots.newestReadable());
    }

    /** Where a start that gave up all from the damage on could go on with what it has read. Asks for no other snapshot: one may be in use. */
    private boolean isWayOut(LogReader.Damage damage, long first) {
        return damage.chain() != null
                && damage.entry() > 0
                && damage.from() <= begin()
                && begin() <= damage.entry()
                && first <= begin();
    }

    /**
     * Hands over entries; where they cannot be read it is said what, where, how many, and what can be done.
     *
     * @param first the first entry of the log
     * @param last  the last one that is durable
     */
    void read(List<Epoch> epochs, long from, long first, long last, EntryReader to) {
        try {
            oddities.addAll(LogReader.read(directory, epochs, from, last, to));
        } catch (LogReader.Damage e) {
            throw refusal(e, epochs, first, last);
        }
    }

    /** Lines for the report, by what was read up to now. */
    String says() {
        return oddities.stream().map(line -> line + '\n').collect(Collectors.joining());
    }

    private JournalException refusal(LogReader.Damage damage, List<Epoch> epochs, long first, long last) {
        String cure = isWayOut(damage, first)
                ? "; or give up all entries from " + damage.entry() + " on, and the snapshots that know of them, with"
                        + " ArchiveJournal.cutAtDamage()"
                : "";
        return new JournalException(extent(damage, epochs, last) + ". Put back a copy of the directory" + cure, damage);
    }

    /** What a start says that gives up what is behind damage; refused where it cannot, or was not asked to. */
    String givenUp(LogReader.Damage damage, long first, long last, boolean isAskedFor) {
        List<Epoch> epochs = List.copyOf(content.epochs);
        if (!isAskedFor || !isWayOut(damage, first)) {
            throw refusal(damage, epochs, first, last);
        }
        return extent(damage, epochs, last) + "; GIVEN UP although durable: " + (last - damage.entry() + 1)
                + " entries, as asked for";
    }

    private String extent(LogReader.Damage damage, List<Epoch> epochs, long last) {
        Sound sound = new Sound();
        for (int i = 0; i < epochs.size(); i++) {
            Epoch epoch = epochs.get(i);
            long end = i + 1 < epochs.size() ? epochs.get(i + 1).first() : Long.MAX_VALUE;
            if (epoch.number() >= damage.epoch().number()) {
                count(damage, epoch, Math.min(end, last + 1), sound);
            }
        }
        long all = last - damage.entry() + 1;
        return damage.getMessage() + "; of " + all + " entries from there to " + last + ", which were durable, "
                + sound.entries + " in " + sound.frames + " frames are sound, and " + (all - sound.entries)
                + " are hurt";
    }

    private static final class Sound {
        long frames;
        long entries;
    }

    private void count(LogReader.Damage damage, Epoch epoch, long end, Sound to) {
        Path files = epoch.directory(directory);
        long from = epoch.equals(damage.epoch()) ? damage.position() + AeronFrame.HEADER : 0;
        try (FrameCursor frames = new FrameCursor(files, epoch)) {
            SoundFrames.each(frames, epoch, Segments.bases(files), from, () -> {
                long first = Math.max(damage.entry(), Envelope.first(frames.bytes(), frames.offset()));
                long entries = Math.min(frames.sequence(), end) - first;
                to.frames += entries > 0 ? 1 : 0;
                to.entries += Math.max(0, entries);
            });
        } catch (IOException e) {
            throw new JournalException("cannot read " + files + ": " + e, e);
        }
    }
}
