package io.millrace.examples.journal;

/** What became of an output. */
enum Change {
    NEW("new"),
    GONE("gone"),
    CHANGED("changed"),
    SAME("same");

    final String word;

    Change(String word) {
        this.word = word;
    }

    /** Such as {@code new 1, gone 2, changed 0, same 5}. */
    static String text(long[] counts) {
        StringBuilder out = new StringBuilder();
        for (Change c : values()) {
            out.append(out.length() == 0 ? "" : ", ").append(c.word).append(' ').append(counts[c.ordinal()]);
        }
        return out.toString();
    }
}
