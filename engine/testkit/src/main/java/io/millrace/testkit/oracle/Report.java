package io.millrace.testkit.oracle;

import java.util.List;

/** What a failure says. */
final class Report {
    private Report() {}

    static String of(Run run, List<Step> steps) {
        StringBuilder out = new StringBuilder("\n").append(run.difference()).append("\n\ninput:\n");
        for (int i = 0; i < steps.size(); i++) {
            out.append("  ").append(i).append(": ").append(steps.get(i)).append('\n');
        }
        if (run.engine() != null) {
            list(out.append("\nengine:\n"), run.engine());
            list(out.append("\noracle:\n"), run.oracle());
        }
        return out.toString();
    }

    private static void list(StringBuilder out, List<Out> outs) {
        for (int i = 0; i < outs.size(); i++) {
            out.append("  ").append(i).append(": ").append(outs.get(i)).append('\n');
        }
        if (outs.isEmpty()) {
            out.append("  nothing\n");
        }
    }

    static String test(String expression, long seed, List<Step> steps) {
        StringBuilder out =
                new StringBuilder("\nthe whole case again: -Dmillrace.seed=" + seed + " -Dmillrace.cases=1\n");
        out.append("as a test:\n\n    @Test\n    void shouldAgreeOnTheCaseOfSeed")
                .append(seed < 0 ? "Minus" + -seed : Long.toString(seed))
                .append("() {\n        ")
                .append(expression)
                .append(".replay(")
                .append(seed)
                .append("L, \"\"\"\n");
        steps.forEach(s -> out.append("                ").append(s).append('\n'));
        return out.append("                \"\"\");\n    }\n").toString();
    }
}
