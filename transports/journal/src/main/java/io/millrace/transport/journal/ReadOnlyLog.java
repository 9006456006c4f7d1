package io.millrace.transport.journal;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.io.InputStream;

/** A log that is read only, as it was when it was opened. */
final class ReadOnlyLog implements JournalLog {
    private final Settings settings;
    private final Store store;
    private final Marks marks;

    ReadOnlyLog(Settings settings) {
        this.settings = settings;
        store = Store.openToRead(settings);
        marks = MarksFile.toRead(settings.directory);
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
    public String report() {
        return store.report();
    }

    @Override
    public long first() {
        return store.first();
    }

    @Override
    public long next() {
        return store.next();
    }

    @Override
    public Durability level() {
        return settings.level;
    }

    @Override
    public void read(long from, EntryReader to) {
        store.read(from, durable(), to);
    }

    @Override
    public boolean append(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException("opened to be read only");
    }

    @Override
    public boolean commit() {
        throw new UnsupportedOperationException("opened to be read only");
    }

    @Override
    public int work() {
        return 0;
    }

    @Override
    public long durable() {
        return store.next() - 1;
    }

    @Override
    public String refusal() {
        return "the journal was opened to be read only";
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
        return store.snapshots().open(next);
    }

    @Override
    public void keepSnapshot(long next, SnapshotWriter writer) {
        throw new UnsupportedOperationException("opened to be read only");
    }

    @Override
    public void keepNote(String name, SnapshotWriter writer) {
        throw new UnsupportedOperationException("opened to be read only");
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
        store.close();
    }
}
