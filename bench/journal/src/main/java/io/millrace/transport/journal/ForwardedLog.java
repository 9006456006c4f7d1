package io.millrace.transport.journal;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.io.InputStream;

/** A log that hands everything on to another. */
class ForwardedLog implements JournalLog {
    private final JournalLog log;

    ForwardedLog(JournalLog log) {
        this.log = log;
    }

    @Override
    public void read(long from, EntryReader to) {
        log.read(from, to);
    }

    @Override
    public InputStream openSnapshot() throws IOException {
        return log.openSnapshot();
    }

    @Override
    public boolean append(byte[] bytes, int offset, int length) {
        return log.append(bytes, offset, length);
    }

    @Override
    public boolean commit() {
        return log.commit();
    }

    @Override
    public int work() {
        return log.work();
    }

    @Override
    public JournalFacts facts() {
        return log.facts();
    }

    @Override
    public String report() {
        return log.report();
    }

    @Override
    public long first() {
        return log.first();
    }

    @Override
    public long next() {
        return log.next();
    }

    @Override
    public Durability level() {
        return log.level();
    }

    @Override
    public boolean mayLackItsEnd() {
        return log.mayLackItsEnd();
    }

    @Override
    public long durable() {
        return log.durable();
    }

    @Override
    public long bytes() {
        return log.bytes();
    }

    @Override
    public String refusal() {
        return log.refusal();
    }

    @Override
    public long snapshot() {
        return log.snapshot();
    }

    @Override
    public void keepSnapshot(long next, SnapshotWriter writer) throws IOException {
        log.keepSnapshot(next, writer);
    }

    @Override
    public void keepNote(String name, SnapshotWriter writer) throws IOException {
        log.keepNote(name, writer);
    }

    @Override
    public InputStream openNote(String name) throws IOException {
        return log.openNote(name);
    }

    @Override
    public Marks marks() {
        return log.marks();
    }

    @Override
    public void close() {
        log.close();
    }
}
