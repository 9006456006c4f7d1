package io.millrace.runtime;

import io.millrace.event.LayoutChange;
import io.millrace.operator.GivenDigest;
import io.millrace.operator.GivenRow;
import java.util.ArrayList;
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
                                : what + (isSecret(what, is) ? "" : " was " + GivenDigest.shown(value) + " and")
                                        + " is gone");
            }
        });
        is.forEach((what, value) -> {
            if (!was.containsKey(what) && counts.test(what, null)) {
                result.add(what + " is new" + (isSecret(what, was) ? "" : ", " + GivenDigest.shown(value)));
            }
        });
        return result;
    }

    private static String change(String what, String was, String is) {
        if (GivenRow.isSecret(what)) {
            return what + " has changed";
        }
        boolean isLayout = what.startsWith(TopologyForm.OUTPUT_LAYOUT) || what.startsWith(TopologyForm.INPUT_LAYOUT);
        String fields = isLayout ? LayoutChange.of(was, is) : null;
        return fields == null
                ? what + " was " + GivenDigest.shown(was) + " and is " + GivenDigest.shown(is)
                : what + " has changed: " + fields;
    }

    /** Also where the same row has become one of sensitive fields, or was one. */
    private static boolean isSecret(String what, Map<String, String> onTheOtherSide) {
        return GivenRow.isSecret(what) || onTheOtherSide.containsKey(GivenRow.secretName(what));
    }
}
