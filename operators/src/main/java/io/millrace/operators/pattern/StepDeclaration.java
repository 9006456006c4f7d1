package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;

/** What a step declares, while the user's object is constructed. */
final class StepDeclaration {
    final Follows follows;
    final int input;
    final Condition<?> condition;

    /** The object that it is a step of, also where it stands in a group of that. */
    PatternShape shape;

    /** Its place among all steps of that object. */
    int number;

    String name;
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

    StepDeclaration(PatternShape shape, Follows follows, int input, Condition<?> condition) {
        this.shape = shape;
        this.follows = follows;
        this.input = input;
        this.condition = condition;
    }

    /** In words, for descriptions. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(follows.toString());
        if (repeats) {
            out.append(min == max ? ", " + min + " times" : ", " + min + " to " + max + " times");
        }
        out.append(optional ? ", optional" : "").append(greedy ? ", greedy" : "");
        out.append(consecutive ? ", consecutive" : "").append(until == null ? "" : ", until");
        return out.append(gapNs == 0 ? "" : ", within " + java.time.Duration.ofNanos(gapNs))
                .toString();
    }
}
