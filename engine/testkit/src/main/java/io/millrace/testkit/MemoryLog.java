package io.millrace.testkit;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The log of one process over what a {@link MemoryJournal} keeps. All that outlives the process is guarded by what is kept. */
final class MemoryLog implements JournalLog {
    private static final int MARKS = 512;

    /** As many as on a disk, unless one says otherwise. */
    private static final int SNAPSHOTS = 3;

    private final Kept kept;
    private final boolean writes;
    private final ArrayDeque<byte[]> appended = new ArrayDeque<>();

    /** How many of them have been committed; the log's own thread. */
    private int committed;

    private volatile long bytes;
    private volatile boolean crashed;
    private volatile boolean closed;

    /** What outlives a process. */
    static final class Kept {
        final List<byte[]> durable = new ArrayList<>();
        final long[] marks = new long[MARKS];
        final Map<String, byte[]> notes = new HashMap<>();
        /** By the places behind them, at most {@link #SNAPSHOTS}. */
        final TreeMap<Long, byte[]> snapshots = new TreeMap<>();

        /** Null before the first opening. */
        JournalFacts facts;

        /** From which entry on the facts are these. */
        long since;

        /** What is below it has been given up. */
        long first;

        volatile long durableAtMost = Long.MAX_VALUE;

        long newest() {
            return snapshots.isEmpty() ? -1 : snapshots.lastKey();
        }
    }

    MemoryLog(Kept kept, boolean writes) {
        this.kept = kept;
        this.writes = writes;
    }

    boolean isClosed() {
        return closed;
    }

    boolean hasCrashed() {
        return crashed;
    }

    void crash() {
        crashed = true;
    }

    @Override
    public JournalFacts facts() {
        synchronized (kept) {
            return kept.facts;
        }
    }

    @Override
    public long since() {
        synchronized (kept) {
            return kept.since;
        }
    }

    @Override
    public void migrated(JournalFacts facts, long since) {
        requireWrites();
        synchronized (kept) {
            if (!crashed) {
                kept.facts = facts;
                kept.since = since;
            }
        }
    }

    @Override
    public String report() {
        return "";
    }

    @Override
    public long first() {
        synchronized (kept) {
            return kept.first;
        }
    }

    @Override
    public long next() {
        synchronized (kept) {
            return kept.durable.size() + appended.size();
        }
    }

    @Override
    public Durability level() {
        return Durability.PROCESS;
    }

    @Override
    public void read(long from, EntryReader to) {
        List<byte[]> all;
        synchronized (kept) {
            if (from < kept.first) {
                throw new JournalException("entry " + from + " has been given up; the first is " + kept.first);
            }
            if (from > kept.durable.size()) {
                throw new JournalException("entry " + from + " is not there; the journal ends before entry "
                        + kept.durable.size() + ", so read from that place at most");
            }
            all = List.copyOf(kept.durable);
        }
        for (long q = from; q < all.size(); q++) {
            byte[] entry = all.get((int) q);
            if (!to.on(q, entry, 0, entry.length)) {
                return;
            }
        }
    }

    @Override
    public boolean append(byte[] bytes, int offset, int length) {
        requireWrites();
        appended.add(Arrays.copyOfRange(bytes, offset, offset + length));
        return true;
    }

    @Override
    public boolean commit() {
        committed = appended.size();
        return true;
    }

    @Override
    public int work() {
        if (crashed) {
            throw new JournalException("the process has ended: the test said crash()");
        }
        int n = 0;
        synchronized (kept) {
            for (; !crashed && committed > 0 && kept.durable.size() <= kept.durableAtMost; n++) {
                bytes += appended.peek().length;
                kept.durable.add(appended.poll());
                committed--;
            }
        }
        return n;
    }

    @Override
    public long durable() {
        synchronized (kept) {
            return kept.durable.size() - 1L;
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public String refusal() {
        return null;
    }

    @Override
    public long snapshot() {
        synchronized (kept) {
            return kept.newest();
        }
    }

    @Override
    public InputStream openSnapshot() throws IOException {
        return openSnapshot(snapshot());
    }

    @Override
    public long snapshotAt(long most) {
        synchronized (kept) {
            Long next = kept.snapshots.floorKey(most);
            return next == null ? -1 : next;
        }
    }

    @Override
    public InputStream openSnapshot(long next) throws IOException {
        synchronized (kept) {
            byte[] snapshot = kept.snapshots.get(next);
            if (snapshot == null) {
                throw new IOException(
                        "there is no snapshot at " + next + "; there are those at " + kept.snapshots.keySet());
            }
            return new ByteArrayInputStream(snapshot);
        }
    }

    @Override
    public void keepSnapshot(long next, SnapshotWriter writer) throws IOException {
        requireWrites();
        byte[] bytes = written(writer);
        synchronized (kept) {
            if (!crashed) {
                kept.snapshots.put(next, bytes);
                if (kept.snapshots.size() > SNAPSHOTS) {
                    kept.snapshots.pollFirstEntry();
                }
            }
        }
    }

    @Override
    public void keepNote(String name, SnapshotWriter writer) throws IOException {
        requireWrites();
        byte[] bytes = written(writer);
        synchronized (kept) {
            if (!crashed) {
                kept.notes.put(name, bytes);
            }
        }
    }

    private static byte[] written(SnapshotWriter writer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.write(bytes);
        return bytes.toByteArray();
    }

    @Override
    public InputStream openNote(String name) {
        synchronized (kept) {
            byte[] note = kept.notes.get(name);
            return note == null ? null : new ByteArrayInputStream(note);
        }
    }

    @Override
    public Marks marks() {
        return new Marks() {
            @Override
            public long get(int index) {
                synchronized (kept) {
                    return kept.marks[index];
                }
            }

            @Override
            public void set(int index, long value) {
                synchronized (kept) {
                    if (!crashed) {
                        kept.marks[index] = value;
                    }
                }
            }

            @Override
            public void force() {
                // they survive whatever a test does
            }

            @Override
            public int size() {
                return MARKS;
            }
        };
    }

    private void requireWrites() {
        if (!writes) {
            throw new JournalException("the journal was opened to be read; nothing can be added to it");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
