package io.millrace.operators.pattern;

/** What the groups of a pattern may not say, because nothing would come of it. */
final class GroupRules {
    private GroupRules() {}

    /** Complains of what the groups of a sequence say, and those in them. */
    static void check(Sequence in) {
        for (Place place : in.places) {
            place.branches.stream().filter(PatternBranch::isGroup).forEach(GroupRules::check);
        }
    }

    private static void check(PatternBranch group) {
        if (group.consecutive && !group.repeats) {
            throw new IllegalArgumentException(group.name()
                    + " is taken once, and consecutive() is about several times; put times in front of it");
        }
        for (Sequence time : group.times) {
            if (time.isAllOptional()) {
                throw new IllegalArgumentException("all steps of a group are optional; make one of them mandatory, and"
                        + " the group optional() where it may be left out");
            }
            checkFirst(group, time);
            check(time);
        }
    }

    /** A word about the first event of a group is kept by its first place: without an event there it would say nothing. */
    private static void checkFirst(PatternBranch group, Sequence time) {
        Follows follows = time.follows(0);
        boolean isSaid = follows == Follows.NEXT || follows == Follows.FOLLOWED_BY_ANY;
        if (isSaid && time.places.get(0).isOptional()) {
            throw new IllegalArgumentException(group.name() + " begins with what may be left out, and " + word(time)
                    + " would say nothing then; say the group with that and the group without it as alternatives (or),"
                    + " or make the whole group optional()");
        }
    }

    /** Which word that is; where a group begins another it is said of the outer. */
    private static String word(Sequence time) {
        PatternBranch group = time.group;
        if (time.time > 0) {
            return "consecutive()";
        }
        if (group.place == 0 && group.in.group != null) {
            return word(group.in);
        }
        return time.follows(0) == Follows.NEXT ? "next" : "followedByAny";
    }
}
