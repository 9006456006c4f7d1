package io.millrace.runtime;

import io.millrace.event.SensitiveHash;
import io.millrace.lineage.Explanation;
import io.millrace.operator.Account;
import io.millrace.operator.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** What a node has said of one of its outputs. Events are looked for when all of it is known. */
final class AccountBook implements Account {
    /** One thing that was said; of value, book and sought one is there. */
    record Line(String name, String value, AccountBook part, Sought sought, String event) {}

    private final List<Line> lines = new ArrayList<>();
    private final BiFunction<Taken, Boolean, Sought> seeks;
    private final EventText texts;
    private final boolean sensitive;

    /** The text of an event that came by an input. */
    @FunctionalInterface
    interface EventText {
        String of(int input, byte[] bytes, int offset, int length);
    }

    /** What is said is looked for by others: of the key in hand, or of any. */
    AccountBook(BiFunction<Taken, Boolean, Sought> seeks, EventText texts, boolean sensitive) {
        this.seeks = seeks;
        this.texts = texts;
        this.sensitive = sensitive;
    }

    @Override
    public void say(String name, Object value) {
        lines.add(new Line(name, String.valueOf(value == null ? "none" : value), null, null, null));
    }

    @Override
    public void value(String name, Object value) {
        say(name, value == null || !sensitive ? value : SensitiveHash.ofValue(value));
    }

    @Override
    public boolean hidesValues() {
        return sensitive;
    }

    @Override
    public void time(String name, long ns) {
        say(name, Explanation.time(ns));
    }

    @Override
    public AccountBook part(String name) {
        AccountBook part = new AccountBook(seeks, texts, sensitive);
        lines.add(new Line(name, null, part, null, null));
        return part;
    }

    @Override
    public void events(String name, Taken which) {
        lines.add(new Line(name, null, null, seeks.apply(which, which.isOfAnyKey()), null));
    }

    @Override
    public void event(String name, Taken which, byte[] bytes, int offset, int length) {
        Taken same = which.same(bytes, offset, length).newest(1);
        String text = texts.of(which.input(), bytes, offset, length);
        lines.add(new Line(name, null, null, seeks.apply(same, which.isOfAnyKey()), text));
    }

    List<Line> lines() {
        return lines;
    }

    /** All that is to be looked for, in parts too. */
    void collect(List<Sought> into) {
        for (Line l : lines) {
            if (l.part() != null) {
                l.part().collect(into);
            } else if (l.sought() != null) {
                into.add(l.sought());
            }
        }
    }
}
