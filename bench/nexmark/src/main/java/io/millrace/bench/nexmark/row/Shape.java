package io.millrace.bench.nexmark.row;

/** Where the columns of a row stand. */
public final class Shape {
    private final Columns columns;
    private final int[] at;
    private final int[] textBefore;
    private final int fixedLength;

    /** Of some columns, at most 64. */
    public Shape(Columns columns) {
        if (columns.size() > Long.SIZE) {
            throw new IllegalArgumentException(columns.size() + " columns; at most " + Long.SIZE + " are possible");
        }
        this.columns = columns;
        at = new int[columns.size()];
        textBefore = new int[columns.size()];
        int next = Long.BYTES;
        int text = -1;
        for (int i = 0; i < at.length; i++) {
            at[i] = next;
            textBefore[i] = text;
            text = columns.kind(i) == Kind.TEXT ? i : text;
            next += columns.kind(i).slots * Long.BYTES;
        }
        fixedLength = next;
    }

    Columns columns() {
        return columns;
    }

    int at(int column) {
        return at[column];
    }

    /** The text column in front of one; -1 when there is none. */
    int textBefore(int column) {
        return textBefore[column];
    }

    int fixedLength() {
        return fixedLength;
    }

    boolean hasTexts() {
        return columns.size() > 0 && (columns.kind(at.length - 1) == Kind.TEXT || textBefore[at.length - 1] >= 0);
    }
}
