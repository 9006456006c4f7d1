package io.millrace.operators.rate;

import io.millrace.dsl.KeyedStream;
import io.millrace.event.Reason;
import io.millrace.testkit.oracle.Expected;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.List;

/** A word, or several that belong together: how it is said, and what it means. */
abstract class Twin {
    /** What travels: an event with its time, and the step that brought it; of what fired -1, and when it was due. */
    record Item(Ping ping, long timeNs, int step, long dueNs) {
        Item fired(long newDueNs, long newNs) {
            return new Item(ping, newNs, -1, newDueNs);
        }

        /** What it causes at once. */
        Item causes(Ping what, long newNs) {
            return new Item(what, newNs, step, dueNs);
        }
    }

    final String name;
    long progressNs = Progress.NONE;
    Expected letters;

    Twin(String name) {
        this.name = name;
    }

    abstract KeyedStream<Ping> word(KeyedStream<Ping> stream);

    /** Takes one of what an entry brings. */
    abstract void take(Item item, List<Item> out);

    void fire(List<Item> out) {}

    /** A twin is used for one input only. */
    abstract Twin fresh();

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
        progressNs = Math.max(progressNs, newProgressNs);
        fire(out);
        return out;
    }

    /** How many words one behind the other. */
    int depth() {
        return 1;
    }

    void late(Item item) {
        refuse(item, Reason.LATE);
    }

    void refuse(Item item, Reason reason) {
        if (item.step >= 0) {
            letters.letter(item.step, name, reason);
        } else {
            letters.firedLetter(item.dueNs, name, reason);
        }
    }
}
