package io.millrace.topology;

import java.util.Locale;
import java.util.regex.Pattern;

/** What topologies, nodes and threads may be called: what ports may, because the names stand in the same listings and ids. */
final class Names {
    private static final Pattern GIVEN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Names() {}

    /** What is wrong with a name that somebody gave; null when nothing is. */
    static String problem(String name) {
        if (name != null && GIVEN.matcher(name).matches()) {
            return null;
        }
        return "'" + printable(String.valueOf(name))
                + "' is not a valid name; use 1 to 64 letters, digits, '-', '_' or '.', beginning "
                + "with a letter or digit";
    }

    /** One line, whatever is in it. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c == 0x7f ? String.format(Locale.ROOT, "\\u%04x", (int) c) : String.valueOf(c));
        }
        return out.toString();
    }
}
