package io.millrace.operators.aggregate;

import java.util.List;

/** One declared value of a shape: an aggregate of arguments, or a part of the key. */
public final class Declared {
    final KeyText text;
    final int keyPart;
    String name;
    private final Aggregate aggregate;
    private final List<Argument> arguments;
    private final Cell cell;

    Declared(Aggregate aggregate, List<Argument> arguments, Cell cell) {
        this.aggregate = aggregate;
        this.arguments = List.copyOf(arguments);
        this.cell = cell;
        text = null;
        keyPart = -1;
    }

    Declared(Cell cell, KeyText text, int keyPart) {
        aggregate = null;
        arguments = List.of();
        this.cell = cell;
        this.text = text;
        this.keyPart = keyPart;
    }

    /**
     * What is computed.
     *
     * @return null for a part of the key
     */
    public Aggregate aggregate() {
        return aggregate;
    }

    /**
     * What the aggregate reads.
     *
     * @return in order; empty for a count and for a part of the key
     */
    public List<Argument> arguments() {
        return arguments;
    }

    /**
     * Where the value stands.
     *
     * @return null for a text
     */
    public Cell cell() {
        return cell;
    }

    /**
     * The value as it stands, for people.
     *
     * @return a number; null where it is absent
     */
    public Object value() {
        if (cell == null || !cell.isPresent()) {
            return null;
        }
        return cell.isFloating() ? (Object) cell.asDouble() : (Object) cell.asLong();
    }

    /**
     * The part of the key, when it is a text.
     *
     * @return null for an aggregate or a number
     */
    public KeyText text() {
        return text;
    }

    /**
     * Which part of the key it is.
     *
     * @return 0, 1, …; -1 for an aggregate
     */
    public int keyPart() {
        return keyPart;
    }

    /**
     * The field that holds it.
     *
     * @return null while no field does
     */
    public String name() {
        return name;
    }

    /**
     * The word it was declared with.
     *
     * @return such as {@code sum}
     */
    public String word() {
        return aggregate != null ? aggregate.word() : text != null ? "textKey" : "longKey";
    }
}
