package io.millrace.event;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Describes, field by field, how the layout of a type has changed. */
public final class LayoutChange {
    private static final String VERSION = "; version ";

    private static final String SBE = "sbe schema ";

    /** {@code (mantissa long:8@0|exponent byte:1@8)}, with enums in it and no other composite; {@code (BUY=1|SELL=2)} is an enum. */
    private static final Pattern COMPOSITE = Pattern.compile("\\(\\w+ (?:[^()]++|\\(\\w+=[^()]*+\\))*+\\)");

    /** Of {@code name Type=value:0@8}, everything but the value; only a constant takes no byte. */
    private static final Pattern CONSTANT = Pattern.compile("( [\\w\\[\\]]+(?:\\([^()]*\\))?)=.*?(:0@)");

    private LayoutChange() {}

    /**
     * Returns what a journal keeps of the layout of an input or output.
     *
     * @param type its type
     * @return its contract; with version and layout if the contract leaves the version out
     */
    public static String kept(EventType<?> type) {
        String contract = type.contract();
        return type.layoutVersion() < 0 ? contract : contract + VERSION + type.layoutVersion() + ": " + type.layout();
    }

    /**
     * Tells whether one layout reads what was written with another, as far as that is known before the first event.
     *
     * @param was what was {@link #kept} of the one; null if there is none
     * @param is what was kept of the other
     * @return true if they are equal, or different versions of one contract; two different layouts of one version are
     *     two contracts. If an SBE message was kept before composites were recorded with their fields, and constants
     *     with their values, it is compared without these
     */
    public static boolean isRead(String was, String is) {
        if (was == null || is == null || was.equals(is)) {
            return Objects.equals(was, is);
        }
        int at = was.indexOf(VERSION);
        boolean versioned = at >= 0 && is.startsWith(was.substring(0, at + VERSION.length()));
        return versioned && (!version(was, at).equals(version(is, at)) || was.equals(asKeptBefore(is)));
    }

    /**
     * Tells whether what was {@link #kept} names a version.
     *
     * @param kept what was kept of a layout
     * @return false if its contract is the whole layout
     */
    public static boolean isVersioned(String kept) {
        return kept.contains(VERSION);
    }

    /**
     * Returns the contract in what was {@link #kept}.
     *
     * @param kept what was kept of a layout
     * @return without version and layout
     */
    public static String contractOf(String kept) {
        int at = kept.indexOf(VERSION);
        return at < 0 ? kept : kept.substring(0, at);
    }

    /** Removes composites from the inside out: an outer one becomes innermost when those in it have been removed. */
    private static String asKeptBefore(String kept) {
        if (!kept.startsWith(SBE)) {
            return kept;
        }
        String inner;
        String outer = kept;
        do {
            inner = outer;
            outer = COMPOSITE.matcher(inner).replaceAll("");
        } while (!outer.equals(inner));
        return CONSTANT.matcher(outer).replaceAll("$1$2");
    }

    private static String version(String kept, int at) {
        return kept.substring(at, kept.indexOf(':', at));
    }

    /**
     * Describes the change.
     *
     * @param was the layout before, in words
     * @param is the layout now
     * @return for example {@code field cents was long and is int, field at (long) was added}; null if the layouts are
     *     not written field by field
     */
    public static String of(String was, String is) {
        Map<String, String> before = parsed(was);
        Map<String, String> now = parsed(is);
        if (before == null || now == null) {
            return null;
        }
        List<String> all = new ArrayList<>();
        before.forEach((field, type) -> {
            if (!now.containsKey(field)) {
                all.add("field " + field + " was removed");
            } else if (!now.get(field).equals(type)) {
                all.add("field " + field + " was " + type + " and is now " + now.get(field));
            }
        });
        now.forEach((field, type) -> {
            if (!before.containsKey(field)) {
                all.add("field " + field + " (" + type + ") was added");
            }
        });
        List<String> kept = new ArrayList<>(before.keySet());
        kept.retainAll(now.keySet());
        List<String> keptNow = new ArrayList<>(now.keySet());
        keptNow.retainAll(before.keySet());
        if (all.isEmpty() && kept.equals(keptNow) && !head(was).equals(head(is))) {
            return null; // such as their byte order
        }
        if (all.isEmpty() || !kept.equals(keptNow)) {
            all.add("its fields are in another order");
        }
        return String.join(", ", all);
    }

    private static String head(String layout) {
        return layout.split(", ", 2)[0];
    }

    /** Fields and what they are, without their places: {@code 16 bytes, card long@0, cents long@8}. */
    private static Map<String, String> parsed(String layout) {
        Map<String, String> fields = new LinkedHashMap<>();
        String[] parts = layout.split(", ");
        for (int i = 1; i < parts.length; i++) {
            int at = parts[i].lastIndexOf('@');
            boolean nullable = parts[i].startsWith("nullable ");
            String text = at < 0 ? null : parts[i].substring(nullable ? "nullable ".length() : 0, at);
            int space = text == null ? -1 : text.indexOf(' ');
            if (parts[i].startsWith("presence(")) {
                continue;
            }
            if (space < 0) {
                return null;
            }
            fields.put(text.substring(0, space), (nullable ? "nullable " : "") + text.substring(space + 1));
        }
        return fields.isEmpty() ? null : fields;
    }
}
