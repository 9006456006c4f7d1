package io.millrace.bench.kill;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What the kills of all sessions hit, each counted by what the process was in the middle of when it was gone; and how many came too late. */
final class Hits {
    /** One of so many runs may end by itself before it is killed. */
    private static final int RUNS_FOR_ONE_TOO_LATE = 5;

    /** So often nothing is missed by chance. */
    private static final int AIMED_OFTEN = 20;

    private static final String CURE = "; give it a machine where less else runs";

    private final long[] aimedAt = new long[Aim.values().length];
    private final long[] killedIn = new long[Aim.values().length];
    private final long[] killedOf = new long[Kind.values().length];
    private long runs;
    private long early;

    void killed(Target target, Aim in) {
        runs++;
        aimedAt[target.aim().ordinal()]++;
        killedIn[in.ordinal()]++;
        killedOf[target.kind().ordinal()]++;
    }

    /** It had ended by itself. */
    void tooLate(Target target) {
        runs++;
        aimedAt[target.aim().ordinal()]++;
        early++;
    }

    /** That nothing was lost says nothing where nothing was hit: what was not, and what would help; null where enough was. */
    String missed() {
        if (early * RUNS_FOR_ONE_TOO_LATE > runs) {
            return early + " of " + runs + " kills came too late, when the process had ended by itself" + CURE;
        }
        for (Aim aim : Aim.values()) {
            long targets = aimedAt[aim.ordinal()];
            if (targets >= AIMED_OFTEN && killedIn(aim) == 0) {
                return "no process was killed in " + aim + ", at which " + targets + " kills were aimed" + CURE;
            }
        }
        return null;
    }

    long runs() {
        return runs;
    }

    long early() {
        return early;
    }

    long killedIn(Aim what) {
        return killedIn[what.ordinal()];
    }

    long killedOf(Kind kind) {
        return killedOf[kind.ordinal()];
    }

    String killedOf() {
        return "killed of: "
                + Arrays.stream(Kind.values())
                        .map(kind -> kind + " " + killedOf(kind))
                        .collect(Collectors.joining(", "));
    }

    String killedIn() {
        StringBuilder words = new StringBuilder("killed in: ");
        for (int i = killedIn.length - 2; i >= 0; i--) { // as they come in a process
            words.append(Aim.values()[i]).append(' ').append(killedIn[i]).append(", ");
        }
        return words.append(Aim.ELSEWHERE)
                .append(' ')
                .append(killedIn(Aim.ELSEWHERE))
                .toString();
    }
}
