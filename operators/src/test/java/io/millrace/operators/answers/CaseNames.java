package io.millrace.operators.answers;

import java.util.HashMap;
import java.util.Map;

/** The ids of a file's cases, told apart where two are the same: the second is {@code 6 (2)}. */
final class CaseNames {
    private final Map<String, Integer> seen = new HashMap<>();

    String of(Map<String, Object> given) {
        String id = String.valueOf(given.get("id"));
        int times = seen.merge(id, 1, Integer::sum);
        return times == 1 ? id : id + " (" + times + ")";
    }
}
