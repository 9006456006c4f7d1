package io.millrace.bench.nexmark.row;

import java.util.ArrayList;
import java.util.List;

/** The columns of a table, in order. Those of its key say which row takes the place of which. */
public final class Columns {
    private record Column(String name, Kind kind, boolean key, boolean hidden) {}

    private final List<Column> columns = new ArrayList<>();
    private boolean oneRow;

    private Columns() {}

    /** None yet. */
    public static Columns of() {
        return new Columns();
    }

    /** One more whole number. */
    public Columns number(String name) {
        return add(name, Kind.NUMBER, false, false);
    }

    /** One more time. */
    public Columns time(String name) {
        return add(name, Kind.TIME, false, false);
    }

    /** One more date. */
    public Columns date(String name) {
        return add(name, Kind.DATE, false, false);
    }

    /** One more decimal number. */
    public Columns thousandths(String name) {
        return add(name, Kind.THOUSANDTHS, false, false);
    }

    /** One more mean. */
    public Columns average(String name) {
        return add(name, Kind.AVERAGE, false, false);
    }

    /** One more text. */
    public Columns text(String name) {
        return add(name, Kind.TEXT, false, false);
    }

    /** Makes the last column a part of the key. */
    public Columns key() {
        Column last = columns.remove(columns.size() - 1);
        return add(last.name, last.kind, true, last.hidden);
    }

    /** One more number of the key, that is not written. */
    public Columns hiddenKey(String name) {
        return add(name, Kind.NUMBER, true, true);
    }

    /** Says that there is one row, also where nothing came: an aggregate of all rows, which is absent of none. */
    public Columns oneRow() {
        oneRow = true;
        return hiddenKey("only");
    }

    /** Whether there is one row whatever comes. */
    public boolean isOneRow() {
        return oneRow;
    }

    private Columns add(String name, Kind kind, boolean key, boolean hidden) {
        columns.add(new Column(name, kind, key, hidden));
        return this;
    }

    /** How many there are. */
    public int size() {
        return columns.size();
    }

    /** The name of a column. */
    public String name(int column) {
        return columns.get(column).name;
    }

    /** What a column holds. */
    public Kind kind(int column) {
        return columns.get(column).kind;
    }

    /** Whether a column is a part of the key. */
    public boolean isKey(int column) {
        return columns.get(column).key;
    }

    /** Whether any column is. */
    public boolean hasKey() {
        return columns.stream().anyMatch(Column::key);
    }

    /** Whether a column is written. */
    public boolean isWritten(int column) {
        return !columns.get(column).hidden;
    }

    /** The names of those that are written. */
    public String[] header() {
        return columns.stream().filter(c -> !c.hidden).map(Column::name).toArray(String[]::new);
    }

    @Override
    public String toString() {
        StringBuilder words = new StringBuilder();
        columns.forEach(c -> words.append(words.isEmpty() ? "" : ", ")
                .append(c.name)
                .append(' ')
                .append(c.kind)
                .append(c.key ? " key" : ""));
        return words.toString();
    }
}
