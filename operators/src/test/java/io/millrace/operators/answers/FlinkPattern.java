package io.millrace.operators.answers;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.PatternWords.Step;
import io.millrace.event.Length;
import io.millrace.operators.Fn.Condition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A pattern of Flink's guide, made of the texts of its example: pattern, define, skip. */
final class FlinkPattern extends EventPattern<FlinkPattern.Tick> {
    /** A row. */
    record Tick(@Length(20) String t, long price, long time) {}

    private static final Pattern VARIABLE = Pattern.compile("(\\w+)([+*]?)");
    private static final Pattern CONSTANT = Pattern.compile("price ([<>]) (\\d+)");
    private static final Pattern LAST = Pattern.compile("price ([<>]) last (\\w+) price");
    private static final Pattern RISING = Pattern.compile("first, or price ([<>]) previous (\\w+) price");
    private static final Pattern FALLING =
            Pattern.compile("price ([<>]) (\\w+)\\.price for the first, else [<>] previous (\\w+) price");

    final Map<String, Step<Tick>> steps = new LinkedHashMap<>();

    FlinkPattern(String pattern, Map<String, Object> define, String skip) {
        Matcher m = VARIABLE.matcher(pattern);
        while (m.find()) {
            String name = m.group(1);
            Condition<Tick> condition = condition((String) define.getOrDefault(name, ""));
            Step<Tick> step = steps.isEmpty() ? begin(condition) : next(condition);
            if (!m.group(2).isEmpty()) {
                step.oneOrMore().consecutive().greedy();
            }
            if (m.group(2).equals("*")) {
                step.optional();
            }
            steps.put(name, step);
        }
        Matcher to = Pattern.compile("TO LAST (\\w+)").matcher(skip);
        if (to.matches()) {
            skipToLast(steps.get(to.group(1)));
        } else if (!skip.contains("PAST LAST ROW")) {
            throw new IllegalArgumentException(skip);
        }
    }

    private Condition<Tick> condition(String text) {
        Matcher m = CONSTANT.matcher(text);
        if (m.matches()) {
            String sign = m.group(1);
            long than = Long.parseLong(m.group(2));
            return t -> is(t.price(), sign, than);
        }
        m = LAST.matcher(text);
        if (m.matches()) {
            String sign = m.group(1);
            String of = m.group(2);
            return t -> is(t.price(), sign, steps.get(of).last().price());
        }
        m = RISING.matcher(text);
        if (m.matches()) {
            String sign = m.group(1);
            String own = m.group(2);
            return t ->
                    count(own) == 0 || is(t.price(), sign, steps.get(own).last().price());
        }
        m = FALLING.matcher(text);
        if (m.matches()) {
            String sign = m.group(1);
            String before = m.group(2);
            String own = m.group(3);
            return t -> is(
                    t.price(),
                    sign,
                    steps.get(count(own) == 0 ? before : own).last().price());
        }
        if (!text.isEmpty()) {
            throw new IllegalArgumentException(text);
        }
        return t -> true;
    }

    /** The first step is asked before it stands among the others. */
    private int count(String step) {
        return steps.containsKey(step) ? steps.get(step).count() : 0;
    }

    private static boolean is(long a, String sign, long b) {
        return sign.equals("<") ? a < b : a > b;
    }
}
