package io.millrace.operators.rate;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.testkit.oracle.Expected;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.List;

/** A word, or several that belong together: how it is said, and what it means. */
public abstract class Twin {
    /** What a way brings, each more than the one before it. */
    public enum Brings {
        INSERTS,
        /** What is taken back comes with the row that it was. */
        CHANGES,
        /** What is taken back or replaced is the row of its key. */
        ROWS,
        /** The same of several windows of a key. */
        WINDOWS;

        /** What two ways bring together. */
        public Brings and(Brings other) {
            return compareTo(other) > 0 ? this : other;
        }
    }

    /** What travels: an event with its time, and the step that brought it; of what fired -1, and when it was due. */
    public record Item(Ping ping, long timeNs, int step, long dueNs, EntryForm form, Object mark) {
        /** An insert. */
        public Item(Ping ping, long timeNs, int step, long dueNs) {
            this(ping, timeNs, step, dueNs, EntryForm.INSERT, null);
        }

        /** The same, by what was due. */
        public Item fired(long newDueNs, long newNs) {
            return new Item(ping, newNs, -1, newDueNs, form, mark);
        }

        /** What it causes at once. */
        public Item causes(Ping what, long newNs) {
            return new Item(what, newNs, step, dueNs, form, mark);
        }

        /** What it causes at once, at its own time. */
        public Item causes(EntryForm newForm, Ping what) {
            return new Item(what, timeNs, step, dueNs, newForm, mark);
        }

        Item marked(Object newMark) {
            return new Item(ping, timeNs, step, dueNs, form, newMark);
        }
    }

    /** Its name, and that of its node. */
    protected final String name;

    /** How far time has passed here. */
    protected long progressNs = Progress.NONE;

    /** What the ways to it bring. */
    Brings brings = Brings.INSERTS;

    private Expected letters;

    protected Twin(String name) {
        this.name = name;
    }

    /** Says it. */
    public abstract KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream);

    /** Takes one of what an entry brings. */
    public abstract void take(Item item, List<Item> out);

    /** Does what is due. */
    public void fire(List<Item> out) {}

    /** Another one as it was made. */
    protected abstract Twin fresh();

    /** A twin is used for one input only. */
    final Twin again() {
        Twin twin = fresh();
        twin.brings = brings;
        return twin;
    }

    /** What comes out where this comes in; null where the word takes no such thing. */
    public Brings sends(Brings in) {
        return in == Brings.INSERTS ? Brings.INSERTS : null;
    }

    /** Says what comes in; answers as {@link #sends}. */
    final Brings behind(Brings in) {
        brings = in;
        return sends(in);
    }

    void tellTo(Expected expected) {
        letters = expected;
    }

    /** Takes all that an entry brings in one step. */
    List<Item> through(List<Item> items) {
        List<Item> out = new ArrayList<>();
        items.forEach(i -> take(i, out));
        return out;
    }

    /** The step for time: what was fired in front, then progress, then what is due here. */
    List<Item> time(List<Item> fired, long newProgressNs) {
        List<Item> out = through(fired);
        passes(newProgressNs, out);
        return out;
    }

    final void passes(long newProgressNs, List<Item> out) {
        progressNs = Math.max(progressNs, newProgressNs);
        fire(out);
    }

    /** The progress of what follows. */
    public long forwards(long ofThisNs) {
        return ofThisNs;
    }

    /** How many words one behind the other. */
    int depth() {
        return 1;
    }

    /** Refuses what is behind progress. */
    protected void late(Item item) {
        refuse(item, Reason.LATE);
    }

    /** Makes it a dead letter. */
    protected void refuse(Item item, Reason reason) {
        if (item.step >= 0) {
            letters.letter(item.step, name, reason);
        } else {
            letters.firedLetter(item.dueNs, name, reason);
        }
    }
}
