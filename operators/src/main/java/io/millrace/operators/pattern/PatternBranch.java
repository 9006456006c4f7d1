package io.millrace.operators.pattern;

import java.util.ArrayList;
import java.util.List;

/**
 * One of what stands in a place: steps, the first of which whose condition holds takes the event, or a group of steps, as often as it is
 * taken.
 */
public final class PatternBranch {
    final Sequence in;
    final int place;
    final Follows follows;
    final List<StepDeclaration> steps = new ArrayList<>();
    final List<Sequence> times = new ArrayList<>();
    int min = 1;
    boolean repeats;
    boolean optional;
    boolean consecutive;
    private String name;

    PatternBranch(Sequence in, Follows follows) {
        this.in = in;
        place = in.places.size() - 1;
        this.follows = follows;
    }

    boolean isGroup() {
        return !times.isEmpty();
    }

    boolean isOptional() {
        return optional || steps.stream().anyMatch(s -> s.optional);
    }

    /**
     * Names a group in descriptions.
     *
     * @param newName of the field that holds it
     */
    public void named(String newName) {
        name = newName;
    }

    /** How it is called in listings: where it has no name by its first and last step, since another may begin it. */
    String name() {
        if (name != null) {
            return name;
        }
        List<Integer> all = numbers();
        return "group at steps " + (all.get(0) + 1) + " to " + (all.get(all.size() - 1) + 1);
    }

    /** The numbers of all its steps, which are one behind the other. */
    List<Integer> numbers() {
        List<Integer> all = new ArrayList<>();
        steps.forEach(s -> all.add(s.number));
        times.forEach(t -> t.places.forEach(p -> p.branches.forEach(b -> all.addAll(b.numbers()))));
        return all;
    }

    /** A group in words, for descriptions. */
    @Override
    public String toString() {
        List<Integer> all = numbers();
        StringBuilder out = new StringBuilder(follows.toString());
        out.append(", steps ").append(all.get(0) + 1).append(" to ").append(all.get(all.size() - 1) + 1);
        if (times.size() > 1) {
            out.append(", ").append(min == times.size() ? "" : min + " to ");
            out.append(times.size()).append(" times");
        }
        return out.append(optional ? ", optional" : "")
                .append(consecutive ? ", consecutive" : "")
                .toString();
    }
}
