package io.millrace.operators.pattern;

import java.util.ArrayList;
import java.util.List;

/** A place of a sequence: of what stands in it one is taken. */
final class Place {
    final Follows follows;
    final List<PatternBranch> branches = new ArrayList<>();

    Place(Follows follows) {
        this.follows = follows;
    }

    PatternBranch last() {
        return branches.get(branches.size() - 1);
    }

    boolean isOptional() {
        return branches.stream().anyMatch(PatternBranch::isOptional);
    }
}
