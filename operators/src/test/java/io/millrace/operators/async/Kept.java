package io.millrace.operators.async;

import io.millrace.journal.Durability;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** A journal in memory that can crash: what was not durable is gone then, and what the process still does is of no consequence. */
final class Kept implements Journal {
    final List<byte[]> durable = new ArrayList<>();
    private final AtomicLongArray marks = new AtomicLongArray(512);
    private final Map<String, byte[]> notes = new HashMap<>();
    private JournalFacts facts;
    private Log open;
    private byte[] snapshot;
    long snapshotNext = -1;

    /** What is below it has been given up. */
    long given;

    /** Later entries do not become durable. */
    volatile long durableAtMost = Long.MAX_VALUE;

    @Override
    public synchronized JournalLog open(JournalFacts of) {
        facts = facts == null ? of : facts;
        open = new Log();
        return open;
    }

    @Override
    public JournalLog openToRead() {
        return new Log();
    }

    synchronized void crash() {
        open.dead = true;
    }

    /** What a process does outside, which ends with it. */
    synchronized void outside(Runnable effect) {
        if (!open.dead) {
            effect.run();
        }
    }

    synchronized List<byte[]> entries() {
        return List.copyOf(durable);
    }

    private final class Log implements JournalLog {
        private final List<byte[]> committed = new ArrayList<>();
        private volatile boolean dead;

        @Override
        public JournalFacts facts() {
            return facts;
        }

        @Override
        public String report() {
            return "";
        }

        @Override
        public long first() {
            return given;
        }

        @Override
        public long next() {
            return entries().size() + committed.size();
        }

        @Override
        public Durability level() {
            return Durability.PROCESS;
        }

        @Override
        public void read(long from, EntryReader to) {
            List<byte[]> all = entries();
            for (int i = (int) from; i < all.size() && to.on(i, all.get(i), 0, all.get(i).length); i++) {
                // on to the next
            }
        }

        @Override
        public boolean append(byte[] bytes, int offset, int length) {
            committed.add(Arrays.copyOfRange(bytes, offset, offset + length));
            return true;
        }

        @Override
        public boolean commit() {
            return true;
        }

        @Override
        public int work() {
            if (dead) {
                throw new JournalException("the process has ended");
            }
            int n = 0;
            synchronized (Kept.this) {
                for (; !dead && !committed.isEmpty() && durable.size() <= durableAtMost; n++) {
                    durable.add(committed.remove(0));
                }
            }
            return n;
        }

        @Override
        public long durable() {
            synchronized (Kept.this) {
                return durable.size() - 1L;
            }
        }

        @Override
        public String refusal() {
            return null;
        }

        @Override
        public long snapshot() {
            return snapshotNext;
        }

        @Override
        public InputStream openSnapshot() {
            return new ByteArrayInputStream(snapshot);
        }

        @Override
        public void keepSnapshot(long next, SnapshotWriter writer) throws IOException {
            byte[] bytes = written(writer);
            outside(() -> {
                snapshot = bytes;
                snapshotNext = next;
            });
        }

        @Override
        public void keepNote(String name, SnapshotWriter writer) throws IOException {
            byte[] bytes = written(writer);
            outside(() -> notes.put(name, bytes));
        }

        private static byte[] written(SnapshotWriter writer) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            writer.write(bytes);
            return bytes.toByteArray();
        }

        @Override
        public InputStream openNote(String name) {
            return notes.containsKey(name) ? new ByteArrayInputStream(notes.get(name)) : null;
        }

        @Override
        public Marks marks() {
            return new Marks() {
                @Override
                public long get(int index) {
                    return marks.get(index);
                }

                @Override
                public void set(int index, long value) {
                    outside(() -> marks.set(index, value));
                }

                @Override
                public void force() {
                    // they survive whatever a test does
                }

                @Override
                public int size() {
                    return marks.length();
                }
            };
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
