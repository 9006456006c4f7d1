package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.EntryEncoder;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** The input ring: what is read is whole; two publishers get two places; nothing that was accepted is left by closing. */
public final class InputRingStress {
    private InputRingStress() {}

    private static byte[] tick(long ns) {
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
        EntryEncoder.plain(entry, 0, EntryKind.TICK, 0, ns);
        return entry;
    }

    private static InputRing ring() {
        return new InputRing(4, Entry.FIXED_LENGTH, false, 1);
    }

    private static long timeAt(InputRing ring, long place) {
        int at = ring.offset(place);
        return Entry.kind(ring.slots(), at) == EntryKind.TICK ? Entry.timeNs(ring.slots(), at) : -2;
    }

    /** One publishes, the engine's thread looks. */
    @JCStressTest
    @Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "not yet published")
    @Outcome(id = "0, 5", expect = Expect.ACCEPTABLE, desc = "published, and the entry is whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "published, and the entry is not")
    @State
    public static class Published {
        private final InputRing ring = ring();
        private final byte[] entry = tick(5);

        @Actor
        public void publisher() {
            ring.tryPublish(entry, 0, Entry.FIXED_LENGTH);
        }

        @Actor
        public void reader(JJ_Result r) {
            r.r1 = ring.published(0, 4);
            r.r2 = r.r1 < 0 ? -1 : timeAt(ring, 0);
        }
    }

    /** A claim of several, and who looks for it: up to which place there is something, and whether that is whole. */
    public abstract static class OfSeveral {
        private static final int CLAIM = 4;

        private final InputRing ring;
        private final byte[] entries = new byte[CLAIM * Entry.FIXED_LENGTH];

        OfSeveral(int slots, boolean whole) {
            ring = new InputRing(slots, Entry.FIXED_LENGTH, false, 1, 0, whole);
            for (int i = 0; i < CLAIM; i++) {
                EntryEncoder.plain(entries, i * Entry.FIXED_LENGTH, EntryKind.TICK, 0, 5 + i);
            }
        }

        void publish() {
            ring.tryPublishAll(null, entries, 0, Entry.FIXED_LENGTH, CLAIM);
        }

        void look(JJ_Result r) {
            long last = ring.published(0, CLAIM);
            r.r1 = last;
            r.r2 = last < 0 ? 0 : 1;
            for (long q = 0; q <= last; q++) {
                if (timeAt(ring, q) != 5 + q) {
                    r.r2 = -1;
                }
            }
        }
    }

    /** One publishes a claim of two pieces, of two entries each in a ring of so many; the engine's thread looks. */
    @JCStressTest
    @Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "not yet published")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the first piece, and it is whole")
    @Outcome(id = "3, 1", expect = Expect.ACCEPTABLE, desc = "all of it, and it is whole")
    @Outcome(
            id = {"0, .*", "2, .*"},
            expect = Expect.FORBIDDEN,
            desc = "the beginning of a piece is told")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an entry is told that is not whole")
    @State
    public static class Pieces extends OfSeveral {
        public Pieces() {
            super(128, false); // a quarter of it is the largest claim, and a 16th of that a piece
        }

        @Actor
        public void publisher() {
            publish();
        }

        @Actor
        public void reader(JJ_Result r) {
            look(r);
        }
    }

    /** One publishes a claim that is told as a whole, as in a ring that a journal reads; the engine's thread looks. */
    @JCStressTest
    @Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "not yet published")
    @Outcome(id = "3, 1", expect = Expect.ACCEPTABLE, desc = "all of it, and it is whole")
    @Outcome(
            id = {"0, .*", "1, .*", "2, .*"},
            expect = Expect.FORBIDDEN,
            desc = "a beginning of it is told")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an entry is told that is not whole")
    @State
    public static class Whole extends OfSeveral {
        public Whole() {
            super(4 * OfSeveral.CLAIM, true);
        }

        @Actor
        public void publisher() {
            publish();
        }

        @Actor
        public void reader(JJ_Result r) {
            look(r);
        }
    }

    /** Two publish at once. */
    @JCStressTest
    @Outcome(id = "5, 6", expect = Expect.ACCEPTABLE, desc = "the one came first")
    @Outcome(id = "6, 5", expect = Expect.ACCEPTABLE, desc = "the other came first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an entry is lost, doubled or torn")
    @State
    public static class TwoPublishers {
        private final InputRing ring = ring();
        private final byte[] one = tick(5);
        private final byte[] other = tick(6);

        @Actor
        public void first() {
            ring.tryPublish(one, 0, Entry.FIXED_LENGTH);
        }

        @Actor
        public void second() {
            ring.tryPublish(other, 0, Entry.FIXED_LENGTH);
        }

        @Arbiter
        public void reader(JJ_Result r) {
            r.r1 = ring.published(0, 4) == 1 ? timeAt(ring, 0) : -1;
            r.r2 = timeAt(ring, 1);
        }
    }

    /** One publishes while the ring is closed, and the engine's thread asks whether it may end. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "accepted, and the engine's thread waits for it")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "refused, and its void entry is waited for")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "refused, and nothing is left")
    @Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "accepted, and the engine's thread ends without it")
    @State
    public static class Closing {
        private final InputRing ring = ring();
        private final byte[] entry = tick(5);

        @Actor
        public void publisher(JJ_Result r) {
            r.r1 = ring.tryPublish(entry, 0, Entry.FIXED_LENGTH) >= 0 ? 1 : 0;
        }

        @Actor
        public void reader(JJ_Result r) {
            ring.close();
            r.r2 = ring.isOver(0) ? 1 : 0;
        }
    }

    /** The place of an entry that has been read is filled again: in a ring of one. */
    @JCStressTest
    @Outcome(id = "5, -3", expect = Expect.ACCEPTABLE, desc = "read; the ring is full for the second (Publisher.FULL)")
    @Outcome(id = "5, 1", expect = Expect.ACCEPTABLE, desc = "read, and only then written over")
    @Outcome(expect = Expect.FORBIDDEN, desc = "written over while it was read")
    @State
    public static class Reuse {
        private final InputRing ring = new InputRing(1, Entry.FIXED_LENGTH, false, 1);
        private final byte[] second = tick(6);

        public Reuse() {
            ring.tryPublish(tick(5), 0, Entry.FIXED_LENGTH);
        }

        @Actor
        public void publisher(JJ_Result r) {
            r.r2 = ring.tryPublish(second, 0, Entry.FIXED_LENGTH);
        }

        @Actor
        public void reader(JJ_Result r) {
            r.r1 = timeAt(ring, 0);
            ring.consumed(0, 0);
        }
    }
}
