package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;

/** What a step declares, while the user's object is constructed. */
final class StepDeclaration {
    final Follows follows;
    final int input;
    final Condition<?> condition;
    String name;
    int position;
    int min = 1;
    int max = 1;
    boolean repeats;
    boolean optional;
    boolean greedy;
    boolean consecutive;
    Condition<?> until;
    int untilInput;

    /** Less than this from the last event before the step to its first; 0 for no limit. */
    long gapNs;

    StepDeclaration(Follows follows, int input, Condition<?> condition, int position) {
        this.follows = follows;
        this.input = input;
        this.condition = condition;
        this.position = position;
    }

    /** In words, for descriptions. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(
                follows.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        if (repeats) {
            out.append(min == max ? ", " + min + " times" : ", " + min + " to " + max + " times");
        }
        out.append(optional ? ", optional" : "").append(greedy ? ", greedy" : "");
        out.append(consecutive ? ", consecutive" : "").append(until == null ? "" : ", until");
        return out.append(gapNs == 0 ? "" : ", within " + java.time.Duration.ofNanos(gapNs))
                .toString();
    }
}
