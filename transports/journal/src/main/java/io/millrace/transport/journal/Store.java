package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog.EntryReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All of the log but the writing of frames: what the directory holds, where its newest epoch ended, snapshots, retention.
 * Knows nothing of Aeron beyond the layout of its files.
 */
final class Store implements AutoCloseable {
    private final Settings settings;
    private final Path directory;
    private final Manifest manifest;
    private final Manifest.Content content;
    private final Snapshots snapshots;
    private final Spans spans;
    private final WhatIsLeft left;
    private final StringBuilder report = new StringBuilder();
    private final DirectoryLock lock;

    /** Replaced, never changed: reads walk over one while retention makes the next. */
    private volatile List<Epoch> epochs = List.of();

    /** The one that is appended to. The list above is of who makes snapshots: other threads ask for this one only. */
    private Epoch live;

    private volatile long first;

    /** Files of the live epoch before this one are forced. Of who makes snapshots. */
    private long forcedFrom;

    private long next;
    private long chain;

    /** The number of the last epoch that is not given up. */
    private long lastKept = Long.MAX_VALUE;

    private Store(Settings settings, DirectoryLock lock, Manifest.Content content) {
        this.settings = settings;
        this.lock = lock;
        this.content = content;
        directory = settings.directory;
        manifest = new Manifest(settings.disk, directory);
        snapshots = new Snapshots(settings, content, manifest);
        spans = new Spans(settings, snapshots);
        left = new WhatIsLeft(directory, content, snapshots, spans);
    }

    /** Opens it to be appended to by the host that it is of. */
    static Store open(Settings settings, JournalFacts facts) {
        return open(settings, facts, false);
    }

    /** Opens it to be appended to: in the epoch that it begins. */
    static Store open(Settings settings, JournalFacts facts, boolean mayDiffer) {
        DirectoryLock lock = null;
        try {
            Ours.make(settings);
            lock = DirectoryLock.take(settings.directory);
            Store store = new Store(settings, lock, Manifest.read(settings.directory));
            store.checkFacts(facts, mayDiffer);
            MarksFile.check(settings.directory, store.id());
            store.recover();
            store.begin();
            return store;
        } catch (IOException e) {
            release(lock);
            throw Ours.failure(settings.directory, e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    private static void release(DirectoryLock lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new JournalException("cannot let go of the lock", e);
        }
    }

    /** Opens it to be read, whoever appends to it: what looks torn may be under way, so it is looked at again. */
    static Store openToRead(Settings settings) {
        for (int attempt = 1; ; attempt++) {
            try {
                return read(settings);
            } catch (IOException e) {
                throw new JournalException("cannot read the journal " + settings.directory + ": " + e, e);
            } catch (JournalException e) {
                if (attempt == 3) {
                    throw e;
                }
                Pause.ofMillis(20);
            }
        }
    }

    private static Store read(Settings settings) throws IOException {
        Manifest.Content content = Manifest.read(settings.directory);
        if (content.isEmpty()) {
            Manifest.requireNoEpochs(settings.directory);
            throw new JournalException("there is no journal in " + settings.directory
                    + "; name the directory in which an engine has written one");
        }
        Store store = new Store(settings, null, content);
        store.checkShape();
        MarksFile.check(settings.directory, content.id);
        store.findTail();
        store.snapshots.choose(store.next, store.report);
        store.findFirst();
        store.epochs = List.copyOf(content.epochs);
        return store;
    }

    private void checkFacts(JournalFacts facts, boolean mayDiffer) throws IOException {
        if (content.isEmpty()) {
            Manifest.requireNoEpochs(directory);
            content.facts = facts;
        }
        checkShape();
        String difference = facts.differenceTo(content.facts);
        if (difference != null && !mayDiffer) {
            throw new JournalException("the journal in " + directory + " was written by another host: " + difference
                    + ". Run what wrote it, or declare what becomes of its snapshot (Journaling.migrate), or take another"
                    + " directory");
        }
        String notes = facts.notesDifferentFrom(content.facts);
        if (notes != null) {
            say("other than when the log began: " + notes);
        }
    }

    private void checkShape() {
        if (content.facts == null) {
            throw new JournalException(directory.resolve(Manifest.NAME)
                    + " is damaged: it does not say whose it is. Put" + " back a copy of it");
        }
    }

    private void recover() throws IOException {
        checkDirectories();
        Tail tail = findTail();
        long marked = tail == null ? 0 : marked(newest(), tail); // by what the manifest has named, not by what is found
        snapshots.adopt(next, report);
        snapshots.choose(next, report);
        findFirst(); // a start that is refused there, or behind it, has deleted none that the manifest names
        cutAtOlderDamage(tail);
        MarksFile.checkAge(directory, Math.min(content.cut < 0 ? next : Math.min(next, content.cut), marked));
        Ours.checkSpace(settings); // the last that refuses: from here on something is given up
        if (tail != null && tail.gaveUp()) {
            content.cut = next;
            manifest.note(content);
        }
        snapshots.dropAbove(next, report);
        snapshots.dropMissing();
        if (tail != null) {
            sayThatTheMachineWasStarted(tail);
            settle(tail);
        }
        name();
        if (next > 0 && MarksFile.makeUnknown(settings, content.id, next)) {
            say("the marks are gone (" + MarksFile.NAME + "): of receivers that the journal counts for"
                    + " (Resumption.marked) what came out behind the snapshot that the start begins with is in doubt, and not"
                    + " given again. Where there is a copy of the file of the same moment, close this host and put back both,"
                    + " the journal and it");
        }
        content.shortened(next, tail != null && mayHaveLostItsEnd());
        boolean mayBeOlder = mayMarksBeOlder(tail);
        // before the manifest names an epoch to which they would refer
        MarksFile.settle(settings, next, mayBeOlder, tail != null && isClosed(newest()));
        if (content.torn > 0) {
            say("cut " + content.torn + " bytes behind the last whole entry of the manifest");
        }
        if (next > 0) {
            report.insert(0, "entries " + first + " to " + (next - 1) + " in " + content.epochs.size() + " epochs\n");
        }
    }

    /** In front of the files that were read at the end: where it is not to be given up, it is found when the start comes there. */
    private void cutAtOlderDamage(Tail tail) {
        LogReader.Damage damage = tail == null || !mayCut(next) ? null : left.damage(next);
        if (damage != null) {
            say(left.givenUp(damage, first, next - 1, mayCut(damage.entry())));
            next = damage.entry();
            chain = damage.chain();
            lastKept = damage.epoch().number(); // of that, files stay as they are: it ends where the next epoch begins
            tail.alsoGaveUp();
        }
    }

    /** Before marks are made, which say it: where a start was killed between them and the manifest, they have it already. */
    private void name() {
        if (content.id == 0) {
            content.id = MarksFile.journal(directory);
        }
        while (content.id == 0) {
            content.id = drawn();
        }
    }

    /** Also where a start was asked to, and was killed before a new epoch had begun: the next goes on with that, and with nothing in front of it. */
    private boolean mayCut(long end) {
        return settings.cutAtDamage || content.cut >= 0 && end >= content.cut;
    }

    /**
     * What the manifest does not name was given up, or had no entries, when it is older than the newest that it names. A newer one
     * was just made, and holds nothing; or the manifest is not the one of this log.
     */
    private void checkDirectories() throws IOException {
        long newest = content.epochs.isEmpty() ? 0 : newest().number();
        for (String name : Segments.names(directory)) {
            long number = Epoch.numberOf(name);
            if (number < 0 || content.epochs.stream().anyMatch(e -> e.number() == number)) {
                continue;
            }
            if (number > newest && !Segments.bases(directory.resolve(name)).isEmpty()) {
                throw new JournalException(directory + " holds " + name + ", and the manifest does not name it: the"
                        + " manifest is older than the log. Put back the one that belongs to it");
            }
            Segments.deleteAll(settings.disk, directory.resolve(name));
        }
    }

    private Epoch newest() {
        return content.epochs.get(content.epochs.size() - 1);
    }

    private Tail findTail() throws IOException {
        if (content.epochs.isEmpty()) {
            return null;
        }
        Epoch newest = newest();
        long durable = Math.max(newest.first(), Math.max(content.givenUp.firstSequence(), snapshots.newestNext())) - 1;
        boolean areThere = newest.forced() || isSameBoot();
        if (areThere) { // else the number may be on the disk, and what it speaks of not
            durable = Math.max(durable, MarksFile.durable(directory));
        }
        Tail tail = Tail.find(
                newest.directory(directory),
                newest,
                durable,
                areThere,
                isClosed(newest) ? content.clean : null,
                this::mayCut,
                left::isEnough);
        next = tail.next();
        chain = tail.chain();
        if (tail.cut() != null) {
            say(tail.cut());
        }
        return tail;
    }

    /** So many entries marks know of that are no copy of before: they were forced before that was noted, or are the system's, as the frames are. */
    private long marked(Epoch newest, Tail tail) {
        long noted = Math.max(newest.first(), snapshots.newestNext());
        boolean areTheSystems = isSameBoot() && !newest.forced();
        return Math.max(noted, isClosed(newest) ? content.clean.next() : areTheSystems ? tail.said() + 1 : 0);
    }

    /** Then limits stand for them. */
    private boolean mayMarksBeOlder(Tail tail) {
        return tail != null
                && newest().forced()
                && !isClosed(newest())
                && (!isSameBoot() || MarksFile.isBehind(directory, Math.min(next - 1, tail.said()), report));
    }

    /** Not what was forced. */
    private boolean mayHaveLostItsEnd() {
        return !newest().forced() && !isClosed(newest()) && !isSameBoot();
    }

    /** Whether entries may be missing behind the last that was found. */
    boolean mayLackItsEnd() {
        return content.shortened >= 0;
    }

    private boolean isClosed(Epoch epoch) {
        return content.clean != null && content.clean.epoch() == epoch.number();
    }

    /** Where the system does not say, the machine may have ended in between. */
    private boolean isSameBoot() {
        return !content.boot.isEmpty() && content.boot.equals(settings.boot.get());
    }

    /** What it means is for who knows why the machine was started. */
    private void sayThatTheMachineWasStarted(Tail tail) {
        if (isClosed(newest())
                || isSameBoot()
                || content.boot.isEmpty()
                || settings.boot.get().isEmpty()) {
            return;
        }
        String lost = newest().forced()
                ? "all that was acknowledged at level DISK is here"
                        + (tail.gaveUp() ? ", but for what was given up" : "")
                : "entries that were acknowledged at level PROCESS may be missing behind " + (next - 1);
        String given = !MarksFile.toRead(directory).areSet()
                ? ""
                : newest().forced()
                        ? "; and what receivers that the journal counts for (Resumption.marked) may have been given"
                                + " behind the last force of their marks is in doubt, and not given again"
                        : "; and receivers that the journal counts for (Resumption.marked) may get outputs since the newest"
                                + " snapshot twice, none of them in doubt";
        say("the machine was started again before the journal was closed; if it lost power, " + lost + given);
    }

    /** Also the files of the level that forces none: from now on the manifest says that all of the epoch is there. */
    private void settle(Tail tail) throws IOException {
        Epoch newest = newest();
        if (isClosed(newest)) {
            return; // it was forced before that was noted
        }
        try {
            tail.settle(settings.disk, content.unforced == newest.number());
        } catch (IOException e) {
            if (tail.isUnforced()) {
                noteUnforced(newest, e);
            }
            throw e;
        }
        protect();
    }

    /** The next start has to know it: it would force the same pages, which count as clean by then. */
    private void noteUnforced(Epoch epoch, IOException e) {
        content.unforced = epoch.number();
        try {
            manifest.note(content);
        } catch (IOException f) {
            e.addSuppressed(f);
        }
    }

    /** What the live epoch has by now, where its level has not forced it: before anything is noted that needs it to be there. */
    private void forceLive() throws IOException {
        if (live.forced()) {
            return;
        }
        if (content.unforced == live.number()) {
            throw new IOException(
                    "files of " + live.directory(directory) + " could not be forced before, and nobody knows"
                            + " what of them is on the disk; start the host again, which writes them anew");
        }
        try {
            forcedFrom = Segments.force(settings.disk, live.directory(directory), forcedFrom);
        } catch (IOException e) {
            content.unforced = live.number();
            try {
                manifest.append(new ManifestEntry.Unforced(live.number()));
            } catch (IOException f) {
                e.addSuppressed(f); // and nothing more is noted there
            }
            throw e;
        }
    }

    /** What is missing below a snapshot was given up, even if that was not noted. */
    private void findFirst() throws IOException {
        first = left.first(next);
        if (first > 0 && snapshots.newestReadable() < first) {
            throw new JournalException("the journal in " + directory + " begins with entry " + first
                    + ", and no snapshot that can be read reaches it: put back a copy of the newest snapshot, or of the"
                    + " files that are gone" + (report.length() == 0 ? "" : ". " + report().replace("\n", "; ")));
        }
    }

    /** A new epoch, in an empty directory of its own; the manifest names it before anything is written there. */
    private void begin() throws IOException {
        for (String name : Segments.names(directory)) {
            if (Ours.isUnfinished(name)) {
                settings.disk.delete(directory.resolve(name));
            }
        }
        long number = 1;
        List<Epoch> gone = new ArrayList<>();
        for (Epoch epoch : content.epochs) {
            number = Math.max(number, epoch.number() + 1);
            if (epoch.number() > lastKept) {
                gone.add(epoch);
            }
        }
        content.epochs.removeAll(gone);
        if (!content.epochs.isEmpty() && newest().first() == next) {
            Epoch without = content.epochs.remove(content.epochs.size() - 1);
            gone.add(without);
            chain = without.chain(); // as if its frames, which have no entries, had never been
        }
        long nonce = drawn();
        content.epochs.add(new Epoch(
                number,
                nonce,
                next,
                chain,
                settings.termBytes,
                settings.segmentBytes,
                settings.mtuBytes(),
                settings.forced()));
        live = newest();
        content.clean = null;
        content.cut = -1;
        content.unforced = 0;
        content.boot = settings.boot.get();
        settings.disk.createDirectory(live().directory(directory));
        settings.disk.forceDirectory(directory);
        manifest.rewrite(content);
        for (Epoch epoch : gone) {
            Segments.deleteAll(settings.disk, epoch.directory(directory));
        }
        epochs = List.copyOf(content.epochs);
    }

    private static long drawn() {
        return new SecureRandom().nextLong(); // form: random, no result depends on it
    }

    private void say(String line) {
        report.append(line).append('\n');
    }

    /** Which journal it is, by a number drawn at random. */
    long id() {
        return content.id;
    }

    JournalFacts facts() {
        return content.facts;
    }

    long since() {
        return content.since();
    }

    /** Any thread; does not wait for who makes a snapshot. */
    void requireOurs() throws IOException {
        manifest.requireOurs();
    }

    /** Notes that a changed host has taken over. */
    synchronized void migrated(JournalFacts facts, long since) throws IOException {
        ManifestEntry.Migrated entry = new ManifestEntry.Migrated(facts, since);
        manifest.append(entry);
        content.facts = facts;
        content.migrated.add(entry);
    }

    String report() {
        return (report + left.says()).stripTrailing();
    }

    long first() {
        return first;
    }

    /** The place behind what was there at opening. */
    long next() {
        return next;
    }

    /** The epoch that is appended to. */
    Epoch live() {
        return live;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    void read(long from, long last, EntryReader to) {
        if (from < first) {
            throw new JournalException("entry " + from + " is gone: the journal begins with " + first);
        }
        left.read(epochs, from, first, last, to);
    }

    /** Notes that the live epoch is whole and ends there. */
    synchronized void closed(long nextEntry, long chainBehind) throws IOException {
        forceLive();
        manifest.append(new ManifestEntry.Clean(live().number(), nextEntry, chainBehind));
    }

    /**
     * Keeps a snapshot, and gives up what is below the oldest that is kept, once that one was read again.
     */
    synchronized void keep(long at, io.millrace.journal.JournalLog.SnapshotWriter writer) throws IOException {
        forceLive();
        snapshots.keep(at, first, writer);
        long oldest = snapshots.oldestToStay(spans.from(epochs));
        if (oldest >= 0) {
            ManifestEntry.GivenUp cut = lowestNeeded(oldest);
            if (cut.firstSequence() > first || snapshots.isAnyBelow(oldest)) {
                manifest.append(cut);
                giveUp(cut);
            }
        }
        if (settings.keepsASpan()) {
            snapshots.thin();
        }
        if (manifest.length() > settings.manifestBytes) {
            manifest.rewrite(content);
        }
    }

    /** Whole files below a place are not needed. */
    private ManifestEntry.GivenUp lowestNeeded(long oldest) throws IOException {
        Epoch lowest = epochs.stream()
                .filter(e -> e.first() <= oldest)
                .max(Comparator.comparingLong(Epoch::number))
                .orElseThrow();
        long kept = lowest.first();
        List<Long> bases = Segments.bases(lowest.directory(directory));
        for (int i = 1; i < bases.size() && spans.beginsAtOrBelow(lowest, bases.get(i), oldest); i++) {
            kept = spans.firstOf(lowest, bases.get(i));
        }
        return new ManifestEntry.GivenUp(Math.max(kept, first), lowest.number(), oldest);
    }

    private void giveUp(ManifestEntry.GivenUp cut) throws IOException {
        List<Epoch> stay = new ArrayList<>(epochs);
        stay.removeIf(e -> e.number() < cut.lowestEpoch());
        List<Epoch> gone = new ArrayList<>(epochs);
        gone.removeAll(stay);
        epochs = List.copyOf(stay);
        first = cut.firstSequence();
        content.epochs.removeAll(gone);
        content.givenUp = cut;
        snapshots.dropBelow(cut.snapshotFrom());
        for (Epoch epoch : gone) {
            Segments.deleteAll(settings.disk, epoch.directory(directory));
        }
        deleteFilesBelow(stay.get(0), cut.firstSequence());
        settings.disk.forceDirectory(directory);
    }

    private void deleteFilesBelow(Epoch epoch, long sequence) throws IOException {
        Path files = epoch.directory(directory);
        List<Long> bases = Segments.bases(files);
        for (int i = 0; i + 1 < bases.size() && spans.beginsAtOrBelow(epoch, bases.get(i + 1), sequence); i++) {
            settings.disk.delete(files.resolve(Epoch.segmentName(bases.get(i))));
        }
        settings.disk.forceDirectory(files);
    }

    /** For its owner only: files that others made in the newest epoch. Retention may delete one meanwhile, on its own thread. */
    void protect() throws IOException {
        Path files = (live == null ? newest() : live).directory(directory);
        for (String name : Segments.names(files)) {
            try {
                RealDisk.forOwnerOnly(files.resolve(name));
            } catch (NoSuchFileException e) {
                continue; // gone, and nobody's any more
            }
        }
    }

    /** Those that the live epoch has got since it was looked at: of a long one it has thousands. Less than 0: all. */
    void protect(long checked, long segment) throws IOException {
        if (checked < 0) {
            protect();
            return;
        }
        for (long base = checked; base <= segment; base += live.segmentBytes()) {
            try {
                RealDisk.forOwnerOnly(live.directory(directory).resolve(Epoch.segmentName(base)));
            } catch (NoSuchFileException e) {
                continue; // not yet there, or given up
            }
        }
    }

    @Override
    public synchronized void close() {
        try {
            manifest.close();
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new JournalException("cannot close the journal " + directory + ": " + e, e);
        }
    }
}
