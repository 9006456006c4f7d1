package io.millrace.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** In which words two nodes differ. */
final class FormDifference {
    private FormDifference() {}

    /**
     * Tells them.
     *
     * @param counts whether a word counts, by its name and what it was; null where it is new
     */
    static List<String> of(Map<String, String> was, Map<String, String> is, BiPredicate<String, String> counts) {
        List<String> result = new ArrayList<>();
        was.forEach((what, value) -> {
            if (!value.equals(is.get(what)) && counts.test(what, value)) {
                result.add(
                        is.containsKey(what)
                                ? change(what, value, is.get(what))
                                : what + " was " + value + " and is gone");
            }
        });
        is.forEach((what, value) -> {
            if (!was.containsKey(what) && counts.test(what, null)) {
                result.add(what + " is new, " + value);
            }
        });
        return result;
    }

    private static String change(String what, String was, String is) {
        boolean isLayout = what.startsWith(TopologyForm.OUTPUT_LAYOUT) || what.startsWith(TopologyForm.INPUT_LAYOUT);
        String fields = isLayout ? fields(was, is) : null;
        return fields == null ? what + " was " + was + " and is " + is : what + " has changed: " + fields;
    }

    /** What has become of each field of a layout; null where it is not told field by field. */
    private static String fields(String was, String is) {
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
                all.add("field " + field + " was " + type + " and is " + now.get(field));
            }
        });
        now.forEach((field, type) -> {
            if (!before.containsKey(field)) {
                all.add("field " + field + " (" + type + ") was added");
            }
        });
        return all.isEmpty() ? "its fields stand in another order" : String.join(", ", all);
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
