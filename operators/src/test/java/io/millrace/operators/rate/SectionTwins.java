package io.millrace.operators.rate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Words of a section of parallel keys. */
final class SectionTwins {
    private SectionTwins() {}

    /** Words, and in a part of the cases ways that part and meet again among them; once, since what an entry can cause grows with each. */
    static List<Twin> some(Random random) {
        List<Twin> words = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            words.add(ofShard(random, "" + i));
        }
        if (random.nextBoolean()) {
            int at = random.nextInt(words.size());
            words.set(at, fork(random, "f", at == 0));
        }
        return words;
    }

    /** Of which nothing hangs on when the shard of a key has its turn to fire. */
    private static Twin ofShard(Random random, String i) {
        return switch (random.nextInt(4)) {
            case 0 -> PlainTwins.ofOne(i, random);
            case 1 -> new GraphTwins.Sessions("session-" + i, random.nextInt(20));
            case 2 -> new GraphTwins.LooksBack("back-" + i, 1 + random.nextInt(20));
            default -> RandomWords.twin(random, i);
        };
    }

    /** Of which nothing comes but by an event of its key. */
    private static Twin quiet(Random random, String i) {
        return switch (random.nextInt(5)) {
            case 0 -> PlainTwins.ofOne(i, random);
            case 1 -> new GraphTwins.LooksBack("back-" + i, 1 + random.nextInt(20));
            case 2 -> new Twins.Dedupes("dedupe-" + i, 1 + random.nextInt(40));
            case 3 -> new Twins.Throttles("throttle-" + i, 1 + random.nextInt(3), 1 + random.nextInt(40));
            default -> new Twins.Filters("filter-" + i, random.nextInt(3));
        };
    }

    /**
     * Ways that part in a section and meet again in it. What fires stands in one of them: where two do, what comes of a key hangs on
     * whether both find their turn in one step. A join fires too. So behind what fires none lets come alone what matches nothing, since
     * whether that comes before what fired hangs on how far time has gone by its turn; and an as-of join has no bound there, since
     * which row goes for another hangs on the same.
     */
    private static Twin fork(Random random, String i, boolean isFirstOfAll) {
        List<Twin> calm = random.nextInt(4) == 0 ? List.of() : List.of(quiet(random, i + "a"));
        List<Twin> other = random.nextInt(4) == 0 ? List.of() : List.of(ofShard(random, i + "b"));
        boolean isFirst = random.nextBoolean();
        List<Twin> one = isFirst ? calm : other;
        List<Twin> two = isFirst ? other : calm;
        boolean isBehindFirings = !isFirstOfAll || !other.isEmpty();
        Twin fork = switch (random.nextInt(5)) {
            case 0 -> new RowTwins.LooksUp("lookup-" + i, one, two);
            case 1 -> {
                JoinTwins.Joins any = JoinTwins.Joins.any("join-" + i, one, two, random, false);
                yield isBehindFirings ? any.paired() : any;
            }
            case 2 -> {
                JoinTwins.How any = JoinTwins.How.any(random, false);
                yield new JoinTwins.AsOfs("asof-" + i, one, two, isBehindFirings ? any.unbounded() : any);
            }
            default -> new GraphTwins.Merges("merge-" + i, one, two);
        };
        fork.behind(Twin.Brings.INSERTS);
        return fork;
    }
}
