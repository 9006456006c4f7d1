package io.millrace.engine;

import io.millrace.journal.Durability;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** A journal in memory whose process can be said to have ended: what was not durable then is gone. */
final class MemoryJournal implements Journal {
    private final List<byte[]> durable = new ArrayList<>();
    private final AtomicLongArray marks = new AtomicLongArray(512);
    private final AtomicLongArray reserved = new AtomicLongArray(512);

    /** Numbers may grow up to there, when they have been reserved. */
    volatile long grants = Long.MAX_VALUE;

    final Map<String, byte[]> notes = new ConcurrentHashMap<>();
    volatile JournalFacts facts;
    private Log open;
    volatile byte[] snapshot;
    volatile long snapshotNext = -1;

    /** Those before the newest, by the places behind them. */
    private final NavigableMap<Long, byte[]> older = new ConcurrentSkipListMap<>();

    /** What is below it has been given up. */
    volatile long given;

    /** Below it another topology has worked things out. */
    volatile long since;

    /** What is committed becomes durable at the next {@code work}; else only up to where a test says. */
    volatile Durability level = Durability.PROCESS;

    volatile long durableAtMost = Long.MAX_VALUE;

    /** As behind a loss of power. */
    volatile boolean lacksItsEnd;

    volatile String refusal;
    volatile RuntimeException failure;
    volatile RuntimeException closeFailure;

    /** Another process has it. */
    volatile boolean inUse;

    /** There is no room at the moment. */
    volatile boolean full;

    /** There is no room for a snapshot. */
    volatile boolean fullForSnapshots;

    /** The process ends before it is noted that another topology has taken over. */
    volatile boolean endsBeforeMigrating;

    /** Done when somebody reads a snapshot, in the midst of it. */
    volatile Runnable readingSnapshot = () -> {};

    /** Done before each entry that a start reads, with its place. */
    volatile LongConsumer reading = at -> {};

    volatile boolean countsBytes = true;

    /** What fails behind a snapshot that is kept. */
    volatile boolean keepsOlder;

    /** Of an entry, in bytes. */
    volatile int longest = Integer.MAX_VALUE;

    volatile int closed;

    /** How often another thread was still at work with it then. */
    volatile int closedUnder;

    /** Done whenever somebody looks after it. */
    volatile Runnable working = () -> {};

    /** Threads of its own, it says. */
    volatile int threads;

    /** How often the journal's thread has looked after it. */
    final AtomicLong works = new AtomicLong();

    @Override
    public synchronized JournalLog open(JournalFacts of) {
        if (inUse) {
            throw new JournalException("the journal is in use");
        }
        if (facts == null) {
            facts = of;
        }
        String difference = of.differenceTo(facts);
        if (difference != null) {
            throw new JournalException("the journal is of another topology: " + difference);
        }
        open = new Log();
        return open;
    }

    @Override
    public synchronized JournalLog openToMigrate(JournalFacts of) {
        facts = facts == null ? of : facts;
        open = new Log();
        return open;
    }

    @Override
    public JournalLog openToRead() {
        return new Log();
    }

    /** The process has ended: whatever its threads still do is of no consequence. */
    synchronized void crash() {
        open.dead = true;
    }

    /** What a process does outside, which ends with it. */
    synchronized void outside(Runnable effect) {
        if (!open.dead) {
            effect.run();
        }
    }

    /** What a loss of power may do to a log that is not forced. */
    synchronized void lose(int entries) {
        durable.subList(durable.size() - entries, durable.size()).clear();
    }

    /** How often marks were made to survive. */
    int marksForced() {
        return marksForced;
    }

    /** Whether somebody has wanted numbers since marks were lost. */
    boolean isAsked() {
        return IntStream.range(0, reserved.length()).anyMatch(i -> reserved.get(i) > 0);
    }

    /** It brings back what marks were at first, and limits stand for those that were reserved. */
    void loseMarks() {
        for (int i = 0; i < marks.length(); i++) {
            marks.set(i, reserved.getAndSet(i, 0));
        }
    }

    /** Whatever they were. */
    void marksAre(long value) {
        for (int i = 0; i < marks.length(); i++) {
            marks.set(i, value);
        }
    }

    synchronized int entries() {
        return durable.size();
    }

    private volatile int marksForced;

    /** How often something was sent off. The journal's thread. */
    volatile int commits;

    /** One process's. */
    private final class Log implements JournalLog {
        private final List<byte[]> committed = new ArrayList<>();
        private final List<byte[]> appended = new ArrayList<>();
        private volatile boolean dead;
        private volatile Thread worker;
        private volatile long bytes;

        @Override
        public JournalFacts facts() {
            return facts;
        }

        @Override
        public long since() {
            return since;
        }

        @Override
        public void migrated(JournalFacts of, long from) throws IOException {
            if (endsBeforeMigrating) {
                throw new IOException("the process has ended");
            }
            outside(() -> {
                facts = of;
                since = from;
            });
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
            synchronized (MemoryJournal.this) {
                return durable.size() + committed.size() + appended.size();
            }
        }

        @Override
        public int longestEntry() {
            return longest;
        }

        @Override
        public int threads() {
            return threads;
        }

        @Override
        public Durability level() {
            return level;
        }

        @Override
        public boolean mayLackItsEnd() {
            return lacksItsEnd;
        }

        @Override
        public void read(long from, EntryReader to) {
            for (int i = (int) from; i < durable.size(); i++) {
                reading.accept(i);
                byte[] e = durable.get(i);
                if (!to.on(i, e, 0, e.length)) {
                    return;
                }
            }
        }

        @Override
        public boolean append(byte[] bytes, int offset, int length) {
            if (full) {
                return false;
            }
            appended.add(java.util.Arrays.copyOfRange(bytes, offset, offset + length));
            return true;
        }

        @Override
        public boolean commit() {
            commits += appended.isEmpty() ? 0 : 1;
            committed.addAll(appended);
            appended.clear();
            return true;
        }

        @Override
        public int work() {
            worker = Thread.currentThread();
            works.incrementAndGet();
            working.run();
            if (dead) {
                throw new JournalException("the process has ended");
            }
            if (failure != null) {
                throw failure;
            }
            int n = 0;
            synchronized (MemoryJournal.this) {
                while (!dead && !committed.isEmpty() && durable.size() <= durableAtMost) {
                    bytes += committed.get(0).length;
                    durable.add(committed.remove(0));
                    n++;
                }
            }
            return n;
        }

        @Override
        public long durable() {
            synchronized (MemoryJournal.this) {
                return durable.size() - 1L;
            }
        }

        @Override
        public long bytes() {
            return countsBytes ? bytes : -1;
        }

        @Override
        public String refusal() {
            return refusal;
        }

        @Override
        public long snapshot() {
            return snapshotNext;
        }

        @Override
        public long snapshotAt(long most) {
            if (snapshotNext <= most) {
                return snapshotNext;
            }
            Long next = older.floorKey(most);
            return next == null ? -1 : next;
        }

        @Override
        public InputStream openSnapshot(long next) {
            return next == snapshotNext ? openSnapshot() : new ByteArrayInputStream(older.get(next));
        }

        @Override
        public InputStream openSnapshot() {
            byte[] bytes = snapshot;
            int half = bytes.length / 2;
            InputStream behind = new ByteArrayInputStream(bytes, half, bytes.length - half) {
                @Override
                public synchronized int read(byte[] into, int offset, int length) {
                    readingSnapshot.run();
                    return super.read(into, offset, length);
                }
            };
            return new SequenceInputStream(new ByteArrayInputStream(bytes, 0, half), behind);
        }

        @Override
        public void keepSnapshot(long next, SnapshotWriter writer) throws IOException {
            if (fullForSnapshots) {
                throw new IOException("no room");
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            writer.write(bytes);
            outside(() -> {
                if (snapshotNext >= 0) {
                    older.put(snapshotNext, snapshot);
                }
                snapshot = bytes.toByteArray();
                snapshotNext = next;
            });
            if (keepsOlder) {
                throw new IOException("older files cannot be deleted");
            }
        }

        @Override
        public void keepNote(String name, SnapshotWriter writer) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            writer.write(bytes);
            if (!dead) {
                notes.put(name, bytes.toByteArray());
            }
        }

        @Override
        public InputStream openNote(String name) {
            byte[] bytes = notes.get(name);
            return bytes == null ? null : new ByteArrayInputStream(bytes);
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
                    if (!dead) {
                        marks.set(index, value);
                    }
                }

                @Override
                public long reserve(int index, long upTo) {
                    if (failure != null) {
                        throw failure;
                    }
                    reserved.accumulateAndGet(index, upTo, Math::max);
                    return Math.min(reserved.get(index), grants);
                }

                @Override
                public void force() {
                    marksForced++; // they survive whatever a test does
                }

                @Override
                public int size() {
                    return marks.length();
                }
            };
        }

        @Override
        public void close() {
            Thread other = worker == Thread.currentThread() ? null : worker;
            closedUnder += other != null && other.isAlive() ? 1 : 0;
            closed++;
            if (closeFailure != null) {
                throw closeFailure;
            }
        }
    }
}
