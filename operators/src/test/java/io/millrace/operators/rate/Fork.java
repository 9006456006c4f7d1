package io.millrace.operators.rate;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Two ways that part and meet again: all goes one way, then all goes the other. */
public abstract class Fork extends Twin {
    final List<Twin> one;
    final List<Twin> other;

    protected Fork(String name, List<Twin> one, List<Twin> other) {
        super(name);
        this.one = one;
        this.other = other;
    }

    /** The word at which they meet. */
    protected abstract KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right);

    /** Takes one of what comes by either way. */
    protected abstract void take(Item item, boolean isLeft, List<Item> out);

    /** Another one of other ways. */
    protected abstract Twin fresh(List<Twin> newOne, List<Twin> newOther);

    /** What comes out where this comes by the ways; null where the word takes no such thing. */
    protected Brings sends(Brings left, Brings right) {
        return left == Brings.INSERTS && right == Brings.INSERTS ? Brings.INSERTS : null;
    }

    @Override
    public final Brings sends(Brings in) {
        Brings left = along(one, in);
        Brings right = along(other, in);
        return left == null || right == null ? null : sends(left, right);
    }

    /** What comes out of a chain. */
    static Brings along(List<Twin> chain, Brings in) {
        Brings brings = in;
        for (Twin t : chain) {
            brings = brings == null ? null : t.behind(brings);
        }
        return brings;
    }

    @Override
    public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
        return meet(t, words(t, one, stream), words(t, other, stream));
    }

    static KeyedStream<Ping> words(TopologyBuilder t, List<Twin> chain, KeyedStream<Ping> from) {
        KeyedStream<Ping> stream = from;
        for (Twin w : chain) {
            stream = w.word(t, stream);
        }
        return stream;
    }

    @Override
    protected final Twin fresh() {
        return fresh(
                one.stream().map(Twin::again).toList(),
                other.stream().map(Twin::again).toList());
    }

    @Override
    public final void take(Item item, List<Item> out) {
        throw new UnsupportedOperationException("all of a step go one way before the first goes the other");
    }

    @Override
    final boolean asksRules() {
        return Stream.concat(one.stream(), other.stream()).anyMatch(Twin::asksRules);
    }

    @Override
    final boolean takesAnyKey() {
        return Stream.concat(one.stream(), other.stream()).allMatch(Twin::takesAnyKey);
    }

    @Override
    final List<AskTwins.Asks> askers() {
        return Stream.concat(one.stream(), other.stream())
                .flatMap(t -> t.askers().stream())
                .toList();
    }

    @Override
    public final void hears(Object row) {
        one.forEach(t -> t.hears(row));
        other.forEach(t -> t.hears(row));
    }

    @Override
    final List<Item> through(List<Item> items) {
        List<Item> out = new ArrayList<>();
        takeBoth(through(one, items), through(other, items), out);
        return withAside(out);
    }

    private static List<Item> through(List<Twin> chain, List<Item> items) {
        List<Item> on = items;
        for (Twin t : chain) {
            on = t.through(on);
        }
        return on;
    }

    private void takeBoth(List<Item> left, List<Item> right, List<Item> out) {
        left.forEach(i -> take(i, true, out));
        right.forEach(i -> take(i, false, out));
    }

    @Override
    final List<Item> time(List<Item> fired, long newProgressNs) {
        List<Item> out = new ArrayList<>();
        takeBoth(time(one, fired, newProgressNs), time(other, fired, newProgressNs), out);
        passes(ofWaysNs(newProgressNs), out);
        return withAside(out);
    }

    /** The step for time of a chain. */
    static List<Item> time(List<Twin> chain, List<Item> fired, long newProgressNs) {
        List<Item> on = fired;
        long ns = newProgressNs;
        for (Twin t : chain) {
            on = t.time(on, ns);
            ns = t.forwards(ns);
        }
        return on;
    }

    private long ofWaysNs(long newProgressNs) {
        return Math.min(forwards(one, newProgressNs), forwards(other, newProgressNs));
    }

    /** The progress behind a chain. */
    static long forwards(List<Twin> chain, long newProgressNs) {
        long ns = newProgressNs;
        for (Twin t : chain) {
            ns = t.forwards(ns);
        }
        return ns;
    }

    @Override
    public final long forwards(long ofInputNs) {
        return forwardsBehind(ofWaysNs(ofInputNs));
    }

    /** Progress less an allowed lateness. */
    public static long lenientNs(long progressNs, long latenessNs) {
        boolean isNone = progressNs == Progress.NONE || progressNs == Progress.END;
        return isNone ? progressNs : Math.max(progressNs - latenessNs, Progress.NONE);
    }

    /** The progress of what follows where this is the progress here. */
    protected long forwardsBehind(long ofThisNs) {
        return ofThisNs;
    }

    @Override
    final void tellTo(LetterTwins.Letters letters) {
        super.tellTo(letters);
        one.forEach(t -> t.tellTo(letters));
        other.forEach(t -> t.tellTo(letters));
    }

    @Override
    final List<String> names() {
        List<String> names = new ArrayList<>();
        one.forEach(t -> names.addAll(t.names()));
        other.forEach(t -> names.addAll(t.names()));
        names.add(name);
        return names;
    }

    @Override
    final int depth() {
        return 1
                + Math.max(
                        one.stream().mapToInt(Twin::depth).sum(),
                        other.stream().mapToInt(Twin::depth).sum());
    }
}
