package io.millrace.operators.rate;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.KeyedWindowed;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operators.window.Window;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

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

    /**
     * What travels: an event with its time, and the step that brought it; of what fired -1, and when it was due. Of what a word has put
     * aside the reason.
     */
    public record Item(Ping ping, long timeNs, int step, long dueNs, EntryForm form, Object mark, Reason reason) {
        /** An insert. */
        public Item(Ping ping, long timeNs, int step, long dueNs) {
            this(ping, timeNs, step, dueNs, EntryForm.INSERT);
        }

        /** Something new. */
        public Item(Ping ping, long timeNs, int step, long dueNs, EntryForm form) {
            this(ping, timeNs, step, dueNs, form, null, null);
        }

        /** The same, by what was due. */
        public Item fired(long newDueNs, long newNs) {
            return new Item(ping, newNs, -1, newDueNs, form, mark, null);
        }

        /** What it causes at once. */
        public Item causes(Ping what, long newNs) {
            return new Item(what, newNs, step, dueNs, form, mark, reason);
        }

        /** The same of several: what one of them was put aside for is not said of them. */
        public Item causesOf(Ping what, long newNs) {
            return new Item(what, newNs, step, dueNs, form, mark, null);
        }

        /** What it causes at once, at its own time. */
        public Item causes(EntryForm newForm, Ping what) {
            return new Item(what, timeNs, step, dueNs, newForm, mark, reason);
        }

        /** Something of its own that it causes at once, at its own time. */
        public Item makes(EntryForm newForm, Ping what) {
            return new Item(what, timeNs, step, dueNs, newForm);
        }

        Item marked(Object newMark) {
            return new Item(ping, timeNs, step, dueNs, form, newMark, reason);
        }

        Item aside(Reason why) {
            return new Item(ping, timeNs, step, dueNs, form, mark, why);
        }
    }

    /** Its name, and that of its node. */
    protected final String name;

    /** How far time has passed here. */
    protected long progressNs = Progress.NONE;

    /** What the ways to it bring. */
    Brings brings = Brings.INSERTS;

    /** Whether what it refuses goes on behind what it sends, in place of becoming a dead letter. */
    private boolean putsAside;

    /** What has been put aside since it was last looked at, by side. */
    private final SortedMap<Integer, List<Item>> aside = new TreeMap<>();

    private LetterTwins.Letters letters;

    protected Twin(String name) {
        this.name = name;
    }

    /** Whether the word can put aside what it refuses. */
    protected boolean hasSides() {
        return false;
    }

    protected final boolean putsAside() {
        return putsAside;
    }

    /** Of what it refuses makes a side that comes behind what it sends, where there is one. */
    final void putAside() {
        putsAside = hasSides();
    }

    /** Says the sides, where they are asked for, of which a word gets each by a call; answers what is sent with all of them behind it. */
    protected final KeyedStream<Ping> withSides(Function<List<KeyedStream<Ping>>, KeyedStream<Ping>> word) {
        List<KeyedStream<Ping>> sides = new ArrayList<>();
        KeyedStream<Ping> all = word.apply(putsAside ? sides : null);
        for (KeyedStream<Ping> side : sides) {
            all = all.merge(side);
        }
        return all;
    }

    /** The windows of a stream, with a side where it is asked for. */
    protected static KeyedWindowed<Ping> windows(
            KeyedStream<Ping> stream, String name, Window window, List<KeyedStream<Ping>> sides) {
        KeyedWindowed<Ping> windows = stream.window(name, window);
        return sides == null ? windows : windows.late(side -> sides.add(side.keyBy(Ping::key)));
    }

    /** Says it. */
    public abstract KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream);

    /** Takes one of what an entry brings. */
    public abstract void take(Item item, List<Item> out);

    /** Whether it, or one in its ways, reads a setting. */
    boolean asksRules() {
        return false;
    }

    /** Whether the key of what comes to it may be of any kind. */
    boolean takesAnyKey() {
        return true;
    }

    /** Those that ask something outside: itself, or in its ways. */
    List<AskTwins.Asks> askers() {
        return List.of();
    }

    /** Learns of what comes by a way of its own: the row of a setting, or a reply. */
    public void hears(Object row) {}

    /** Does what is due. */
    public void fire(List<Item> out) {}

    /** Another one as it was made. */
    protected abstract Twin fresh();

    /** A twin is used for one input only. */
    final Twin again() {
        Twin twin = fresh();
        twin.brings = brings;
        twin.putsAside = putsAside;
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

    void tellTo(LetterTwins.Letters all) {
        letters = all;
    }

    /** The nodes that may have letters, in the order in which they are said. */
    List<String> names() {
        return List.of(name);
    }

    /** Takes all that an entry brings in one step. */
    List<Item> through(List<Item> items) {
        List<Item> out = new ArrayList<>();
        items.forEach(i -> take(i, out));
        return withAside(out);
    }

    /** The step for time: what was fired in front, then progress, then what is due here. */
    List<Item> time(List<Item> fired, long newProgressNs) {
        List<Item> out = new ArrayList<>();
        fired.forEach(i -> take(i, out));
        passes(newProgressNs, out);
        return withAside(out);
    }

    final List<Item> withAside(List<Item> out) {
        aside.values().forEach(out::addAll);
        aside.clear();
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

    /** What it tells on one of its sides, where there are any. */
    protected final void tell(Item item, int side) {
        if (putsAside) {
            aside.computeIfAbsent(side, s -> new ArrayList<>()).add(item);
        }
    }

    /** Puts it aside or makes it a dead letter. */
    protected final void refuse(Item item, Reason reason) {
        refuse(item, reason, 0);
    }

    /** The same, where it has several sides; below 0 it has none for it. */
    protected final void refuse(Item item, Reason reason, int side) {
        if (putsAside && side >= 0) {
            aside.computeIfAbsent(side, s -> new ArrayList<>()).add(item.aside(reason));
        } else if (item.step >= 0) {
            letters.letter(item.step, name, reason);
        } else {
            letters.firedLetter(item.dueNs, name, reason);
        }
    }
}
