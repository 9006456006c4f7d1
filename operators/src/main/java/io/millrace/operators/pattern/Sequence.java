package io.millrace.operators.pattern;

import java.util.ArrayList;
import java.util.List;

/** Places one behind the other, with what must not come between them: a whole pattern, or one time of a group. */
final class Sequence {
    final List<Place> places = new ArrayList<>();
    final List<Guard> guards = new ArrayList<>();

    /** The group that it is one time of, and which time; null for a whole pattern. */
    PatternBranch group;

    int time;

    boolean isGuarded() {
        return guards.stream().anyMatch(g -> g.place() == places.size());
    }

    /** Whether nothing of it has to be taken. */
    boolean isAllOptional() {
        return places.stream().allMatch(Place::isOptional);
    }

    Place last() {
        return places.get(places.size() - 1);
    }

    /** How the first of a place stands to what was taken before it, which for a group is said by what it stands in. */
    Follows follows(int place) {
        if (place > 0 || group == null) {
            return places.get(place).follows;
        }
        if (time > 0) {
            return group.consecutive ? Follows.NEXT : Follows.FOLLOWED_BY;
        }
        return group.in.follows(group.place);
    }
}
