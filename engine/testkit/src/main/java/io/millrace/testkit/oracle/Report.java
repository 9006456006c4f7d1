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
        StringBuilder call = new StringBuilder(expression + ".replay(" + seed + "L, \"\"\"\n");
        steps.forEach(s -> call.append("                ").append(s).append('\n'));
        return Seeds.again(seed) + Seeds.test(seed, call + "                \"\"\")");
    }
}
