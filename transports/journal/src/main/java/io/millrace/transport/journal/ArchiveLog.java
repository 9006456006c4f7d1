package io.millrace.transport.journal;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.LockSupport;

/**
 * A log that is appended to. The one writer of {@code durable} is the journal's thread: it moves only when the recording,
 * found alive after its position was read, has passed the end of a frame.
 */
final class ArchiveLog implements JournalLog {
    /** How long what is durable may go without being said in the log itself, when nothing else is written. */
    private static final long MARK_AFTER_NS = 5_000_000;

    private final Settings settings;
    private final Store store;
    private final Recording recording;
    private final InFlight inFlight;
    private final FrameWriter writer;
    private final MarksFile marks;

    private volatile long durable;
    private volatile long bytes;
    private volatile String stalled;

    // of the journal's thread
    private long marked;
    private long durableSinceNs;
    private long waitedFor;
    private long waitedSinceNs;
    private volatile boolean closed;

    private ArchiveLog(Settings settings, Store store, MarksFile marks, Recording recording) {
        this.settings = settings;
        this.marks = marks;
        this.store = store;
        this.recording = recording;
        durable = store.next() - 1;
        marks.durable(durable);
        marked = durable;
        int shortest = AeronFrame.aligned(AeronFrame.HEADER + Envelope.LENGTH);
        inFlight = new InFlight(Math.min(1 << 16, settings.termBytes / shortest), durable);
        writer = new FrameWriter(store.live(), recording::send, inFlight);
    }

    static ArchiveLog open(Settings settings, JournalFacts facts) {
        return open(settings, facts, false);
    }

    static ArchiveLog open(Settings settings, JournalFacts facts, boolean mayDiffer) {
        Store store = Store.open(settings, facts, mayDiffer);
        try {
            MarksFile marks = MarksFile.open(settings, store.id());
            return new ArchiveLog(settings, store, marks, Recording.begin(settings, store, marks));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public JournalFacts facts() {
        return store.facts();
    }

    @Override
    public long since() {
        return store.since();
    }

    @Override
    public void migrated(JournalFacts facts, long since) throws IOException {
        checkOpen();
        store.migrated(facts, since);
    }

    @Override
    public String report() {
        return store.report();
    }

    @Override
    public long first() {
        return store.first();
    }

    @Override
    public long next() {
        return writer.next();
    }

    @Override
    public int longestEntry() {
        return store.live().longestEntry();
    }

    @Override
    public int threads() {
        return 1; // the archive's
    }

    @Override
    public Durability level() {
        return settings.level;
    }

    @Override
    public boolean mayLackItsEnd() {
        return store.mayLackItsEnd();
    }

    @Override
    public void read(long from, EntryReader to) {
        store.read(from, durable, to);
    }

    @Override
    public boolean append(byte[] bytes, int offset, int length) {
        checkOpen();
        return writer.append(bytes, offset, length, durable);
    }

    @Override
    public boolean commit() {
        checkOpen();
        return writer.commit(durable);
    }

    @Override
    public int work() {
        checkOpen();
        long position = recording.recorded();
        long reached = inFlight.reachedAt(position);
        if (reached > durable) {
            marks.durable(reached); // behind what was recorded, before anybody hears of it: so a kill leaves it exact
            durable = reached;
            bytes = position;
            durableSinceNs = JournalClock.nanos();
            stalled = null;
            return 1;
        }
        if (!inFlight.isEmpty()) {
            lookForStall();
            return 0;
        }
        if (marked < reached && writer.isEmpty() && JournalClock.nanos() - durableSinceNs > MARK_AFTER_NS) {
            return mark(reached);
        }
        return 0;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the journal in " + settings.directory + " is closed");
        }
    }

    /** A disk that does not answer is no failure as long as it may do so yet; but nothing more should be accepted. */
    private void lookForStall() {
        long now = JournalClock.nanos();
        if (waitedFor != inFlight.oldest()) {
            waitedFor = inFlight.oldest();
            waitedSinceNs = now;
        } else if (now - waitedSinceNs > settings.stopDeadline.toNanos() && stalled == null) {
            stalled = "the disk of " + settings.directory + " has not answered for " + settings.stopDeadline
                    + ": entries behind " + durable + " are not durable";
        }
    }

    /** An idle log says in itself what is durable, so that damage of its last entries is not taken for a crash. */
    private int mark(long reached) {
        if (!writer.mark(reached)) {
            return 0;
        }
        marked = reached;
        return 1;
    }

    @Override
    public long durable() {
        return durable;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public String refusal() {
        String full = recording.refusal();
        return full == null ? stalled : full;
    }

    @Override
    public long snapshot() {
        return store.snapshots().newestReadable();
    }

    @Override
    public InputStream openSnapshot() throws IOException {
        return store.snapshots().open();
    }

    @Override
    public long snapshotAt(long most) {
        return store.snapshots().newestUpTo(most);
    }

    @Override
    public InputStream openSnapshot(long next) throws IOException {
        return next == snapshot() // which was checked when it was chosen
                ? openSnapshot()
                : store.snapshots().open(next);
    }

    @Override
    public void keepSnapshot(long next, SnapshotWriter snapshot) throws IOException {
        checkOpen();
        awaitDurable(next - 1);
        checkOpen();
        marks.force(); // from then on they know of those entries, whatever happens: else they are an older copy
        store.keep(next, snapshot);
    }

    /** A snapshot must not know of entries that a crash could still take. */
    private void awaitDurable(long sequence) throws IOException {
        long deadline = JournalClock.nanos() + settings.stopDeadline.toNanos();
        while (durable < sequence) {
            if (recording.hasFailed() || JournalClock.nanos() - deadline > 0) {
                throw new IOException("entry " + sequence + ", which the snapshot holds, is not durable: entries are"
                        + " up to " + durable);
            }
            Pause.ofMillis(1);
        }
    }

    @Override
    public void keepNote(String name, SnapshotWriter writer) throws IOException {
        checkOpen();
        Notes.keep(settings, name, writer);
    }

    @Override
    public InputStream openNote(String name) throws IOException {
        return Notes.open(settings, name);
    }

    @Override
    public Marks marks() {
        return marks;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        JournalException problem = null;
        try {
            finish();
        } catch (JournalException e) {
            problem = e;
        }
        closed = true;
        try {
            recording.close();
        } catch (JournalException e) {
            problem = problem == null ? e : problem;
        }
        store.close();
        if (problem != null) {
            throw problem;
        }
    }

    private void finish() {
        long deadline = JournalClock.nanos() + settings.stopDeadline.toNanos();
        while (!writer.commit(durable) || !inFlight.isEmpty()) {
            work();
            if (JournalClock.nanos() - deadline > 0) {
                throw new JournalException("closing the journal in " + settings.directory + " took longer than "
                        + settings.stopDeadline + ": entries behind " + durable + " may be lost");
            }
            LockSupport.parkNanos(20_000);
        }
        marks.force(); // behind a clean closing nobody asks whether they may be older
        try {
            store.closed(writer.next(), writer.chain());
        } catch (IOException e) {
            throw new JournalException(
                    "the journal in " + settings.directory + " is whole, but this could not be" + " noted: " + e, e);
        }
    }

    /** For tests. */
    Recording recording() {
        return recording;
    }

    /** For tests: the position behind what was handed to the archive. Of the journal's thread. */
    long sent() {
        return writer.position();
    }
}
