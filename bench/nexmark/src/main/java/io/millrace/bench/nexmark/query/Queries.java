package io.millrace.bench.nexmark.query;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The catalogue. */
public final class Queries {
    private static final Map<String, Query> ALL = new LinkedHashMap<>();

    /** What is left out, and why. */
    private static final Map<String, String> NOT = new LinkedHashMap<>();

    static {
        ALL.put("q0", new Q0());
        ALL.put("q1", new Q1());
        ALL.put("q2", new Q2());
        ALL.put("q3", new Q3());
        ALL.put("q4", new Q4());
        ALL.put("q5", new Q5());
        ALL.put("q6", new Q6());
        ALL.put("q7", new Q7());
        ALL.put("q8", new Q8());
        ALL.put("q9", new Q9());
        ALL.put("q10", new Q10());
        ALL.put("q11", new Q11());
        ALL.put("q13", new Q13());
        ALL.put("q14", new Q14());
        ALL.put("q15", new Q15());
        ALL.put("q16", new Q16());
        ALL.put("q17", new Q17());
        ALL.put("q18", new Q18());
        ALL.put("q19", new Q19());
        ALL.put("q20", new Q20());
        ALL.put("q21", new Q21());
        ALL.put("q22", new Q22());
        ALL.put("q101", new Q101());
        ALL.put("q102", new Q102());
        ALL.put("q103", new Q103());
        ALL.put("q104", new Q104());
        ALL.put("q105", new Q105());
        ALL.put("q106", new Q106());
        NOT.put(
                "q12",
                "its windows are of the clock of the machine that runs it, so that two runs over the same rows differ:"
                        + " what the DSL computes is a function of its input; q11 counts by the time of the bids");
    }

    private Queries() {}

    /** The names of those there are. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** The names of all, also of those that are left out. */
    public static List<String> allNames() {
        List<String> all = new ArrayList<>(ALL.keySet());
        all.addAll(NOT.keySet());
        return all;
    }

    /** A query; null when there is none of that name. The published name {@code q6_group_top1} is q6. */
    public static Query of(String name) {
        return ALL.get(name.equals("q6_group_top1") ? "q6" : name);
    }

    /** Why a query of NEXMark is not there; null when it is, or is none of NEXMark's. */
    public static String reasonAgainst(String name) {
        return NOT.get(name);
    }
}
