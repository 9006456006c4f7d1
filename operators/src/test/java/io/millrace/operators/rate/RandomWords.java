package io.millrace.operators.rate;

import io.millrace.operators.join.TableTwins;
import io.millrace.operators.pattern.PatternTwins;
import io.millrace.operators.process.ProcessTwins;
import io.millrace.operators.rate.Twin.Brings;
import io.millrace.operators.window.KeyedTwins;
import io.millrace.operators.window.WindowTwins;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws words, and how they follow each other, for {@link ChainRandomTest}. */
final class RandomWords {
    private RandomWords() {}

    static Twin twin(Random random, String i) {
        long ns = 1 + random.nextInt(40);
        return switch (random.nextInt(6)) {
            case 0 -> new Twins.Filters("filter-" + i, random.nextInt(3));
            case 1 -> new Twins.Dedupes("dedupe-" + i, ns);
            case 2 -> new Twins.Throttles("throttle-" + i, 1 + random.nextInt(3), ns);
            case 3 -> new Twins.Defers("defer-" + i, ns - 1);
            case 4 -> new Twins.Counts("window-" + i, ns, 0);
            default -> new Twins.Conflates("conflate-" + i, ns, 0);
        };
    }

    /** Such as those, at a bound. */
    static Twin bounded(Random random, String i) {
        long ns = 1 + random.nextInt(40);
        int keys = 1 + random.nextInt(3);
        return switch (random.nextInt(4)) {
            case 0 -> new Twins.Counts("window-" + i, ns, keys);
            case 1 -> new Twins.Conflates("conflate-" + i, ns, keys);
            default -> BoundTwins.any(i, random);
        };
    }

    /** Where a word stands: how many levels of forks there may be, whether it is the first of all, and what comes to it. */
    record Place(int levels, boolean first, Brings brings) {
        Place way() {
            return new Place(levels - 1, first, brings);
        }

        Place behind(Twin word) {
            return new Place(levels, false, word.behind(brings));
        }
    }

    /** As those of a chain, or a further word, or a fork; one that takes what comes. */
    static Twin further(Random random, String i, Place at) {
        Twin twin;
        do {
            twin = switch (random.nextInt(at.levels() > 0 ? 13 : 8)) {
                case 0, 1 -> twin(random, i);
                case 2, 3, 4, 5 -> further(random, i);
                case 6, 7 -> rows(random, i);
                case 8, 9 -> fork(random, i, way(random, i + "a", at.way()), way(random, i + "b", at.way()));
                default -> forkOfRows(random, i, way(random, i + "a", at.way()), way(random, i + "b", at.way()));
            };
            if (at.first() && random.nextInt(6) == 0) { // elsewhere it makes room for all that may fire in front of it
                twin = new RowTwins.Withs("with-" + i, branch(random, i));
            }
        } while (twin.behind(at.brings()) == null);
        if (at.brings() == Brings.INSERTS && random.nextInt(3) == 0) {
            twin.putAside();
        }
        return twin;
    }

    static Twin further(Random random, String i) {
        long ns = 1 + random.nextInt(20);
        return switch (random.nextInt(13)) {
            case 11, 12 -> bounded(random, i);
            case 7, 8 -> PlainTwins.any("plain-" + i, random);
            case 9, 10 -> new AskTwins.Asks("async-" + i, AskTwins.How.any(random, false));
            case 0 -> new GraphTwins.Hops("hops-" + i, 10 + ns, 2 + random.nextInt(2));
            case 1 -> new GraphTwins.Sessions("session-" + i, ns);
            case 2 -> new GraphTwins.LooksBack("back-" + i, ns);
            case 3 -> WindowTwins.counts("counts-" + i, random);
            case 4 -> ProcessTwins.scripts("process-" + i, random);
            default -> PatternTwins.patterns("pattern-" + i, random);
        };
    }

    /** Words that make rows, and words that take them. */
    static Twin rows(Random random, String i) {
        return switch (random.nextInt(7)) {
            case 0 -> new Twins.Filters("filter-" + i, random.nextInt(3));
            case 6 -> WindowTwins.periods("period-" + i, random);
            case 1 -> WindowTwins.partialCounts("part-" + i, random);
            case 2 -> WindowTwins.globals("global-" + i, random);
            case 3 -> WindowTwins.groups("group-" + i, random);
            case 4 -> new RowTwins.Changelogs("changelog-" + i, random.nextInt(3));
            default -> new RowTwins.Deletes("delete-" + i, random.nextInt(5));
        };
    }

    static Twin fork(Random random, String i, List<Twin> one, List<Twin> other) {
        return switch (random.nextInt(6)) {
            case 5 -> BoundTwins.AnyTimes.any("any-" + i, one, other, random);
            case 0 -> new GraphTwins.Merges("merge-" + i, one, other);
            case 4 -> new PlainTwins.Branches("branch-" + i, random.nextInt(3), one, other);
            case 1 -> WindowJoinTwins.any("join-" + i, one, other, random);
            case 2 -> PatternTwins.patterns("pattern-" + i, one, other, random);
            default -> new JoinTwins.AsOfs("asof-" + i, one, other, JoinTwins.How.any(random, false));
        };
    }

    static Twin forkOfRows(Random random, String i, List<Twin> one, List<Twin> other) {
        return switch (random.nextInt(4)) {
            case 0 -> new JoinTwins.AsOfs("asof-" + i, one, other, JoinTwins.How.any(random, false));
            case 1 -> TableTwins.tables("tables-" + i, one, other, random);
            case 2 -> TableTwins.foreignKeys("foreign-" + i, one, other, random);
            default -> new RowTwins.LooksUp("lookup-" + i, one, other, random.nextInt(4), random.nextBoolean());
        };
    }

    /** What answers each event once; of rows that do not fire, since all that may be in hand at once has room in a with. */
    static List<Twin> branch(Random random, String i) {
        String name = i + "w";
        if (random.nextInt(5) == 0) {
            return List.of(new AskTwins.Asks("async-" + name, AskTwins.How.any(random, true)));
        }
        List<Twin> rows = random.nextBoolean()
                ? List.of(new Twins.Filters("filter-" + name, random.nextInt(3)))
                : List.of(new RowTwins.Deletes("delete-" + name, random.nextInt(5)));
        Fork.along(rows, Brings.INSERTS);
        return List.of(
                switch (random.nextInt(4)) {
                    case 0 -> new GraphTwins.LooksBack("back-" + name, 1 + random.nextInt(20));
                    case 1 -> new RowTwins.LooksUp("lookup-" + name, List.of(), rows);
                    // one that looks ahead has an answer of a later time than its event
                    default -> new JoinTwins.AsOfs("asof-" + name, List.of(), rows, JoinTwins.How.any(random, true));
                });
    }

    static List<Twin> way(Random random, String i, Place from) {
        List<Twin> words = new ArrayList<>();
        Place at = from;
        for (int n = random.nextInt(3); n > 0; n--) {
            Twin twin = further(random, i + n, at);
            at = at.behind(twin);
            words.add(twin);
        }
        return words;
    }

    static List<Twin> chain(Random random) {
        List<Twin> words = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(5); i++) {
            words.add(random.nextInt(6) == 0 ? bounded(random, "" + i) : twin(random, "" + i));
        }
        if (random.nextBoolean()) {
            words.get(random.nextInt(words.size())).putAside();
        }
        return words;
    }

    /** Words of which others behind them would hide the most; what comes twice in one step finds the second behind what is due of it. */
    static List<Twin> bare(Random random) {
        List<Twin> words = switch (random.nextInt(20)) {
            case 18 -> List.of(bounded(random, "0"));
            case 19 -> List.of(BoundTwins.AnyTimes.any("any-0", some(random, "a"), some(random, "b"), random));
            case 16, 17 -> List.of(new AskTwins.Asks("async-0", AskTwins.How.any(random, false)));
            case 0 ->
                List.of(
                        new GraphTwins.Merges("twice", List.of(), List.of()),
                        ProcessTwins.scripts("process-0", random));
            case 1, 2 -> List.of(ProcessTwins.scripts("process-0", random));
            case 3 -> List.of(WindowTwins.counts("counts-0", random));
            case 4, 5, 6 -> List.of(PatternTwins.patterns("pattern-0", random));
            case 7 -> List.of(new RowTwins.Withs("with-0", branch(random, "0")));
            case 8 -> List.of(WindowTwins.periods("period-0", random));
            case 9 ->
                List.of(new RowTwins.Deletes("delete-0", random.nextInt(5)), WindowTwins.groups("group-0", random));
            case 10, 11 ->
                List.of(new JoinTwins.AsOfs(
                        "asof-0", some(random, "a"), some(random, "b"), JoinTwins.How.any(random, false)));
            default -> List.of(WindowJoinTwins.last("join-0", some(random, "a"), some(random, "b"), random));
        };
        if (random.nextInt(3) == 0) {
            words.get(0).putAside();
        }
        Fork.along(words, Brings.INSERTS);
        return words;
    }

    /** Of what an entry brings, so that two ways of it are not the same. */
    static List<Twin> some(Random random, String i) {
        return List.of(new Twins.Filters("filter-" + i, random.nextInt(3)));
    }

    /** Words of which the order between keys is not said. */
    static List<Twin> keyed(Random random) {
        List<Twin> words = new ArrayList<>();
        Place at = new Place(0, true, Brings.INSERTS);
        for (int i = random.nextInt(3); i >= 0 && at.brings() != Brings.WINDOWS; i--) {
            words.add(keyed(random, "" + i, at, words));
            at = at.behind(words.get(words.size() - 1));
        }
        return words;
    }

    /** Of which the order between keys is not said, or hangs on how much is due at once. */
    private static Twin keyed(Random random, String i, Place at, List<Twin> before) {
        Twin twin;
        do {
            twin = switch (random.nextInt(12)) {
                case 10, 11 -> KeyedTwins.ofAll("all-" + i, random);
                case 9 -> KeyedTwins.emptyFor("empty-" + i, some(random, i + "e"), some(random, i + "k"), random);
                case 0, 1 -> KeyedTwins.periods("windows-" + i, random);
                case 2, 3 -> KeyedTwins.sessions("sessions-" + i, random);
                case 4, 5 -> KeyedTwins.changes("changes-" + i, random);
                case 6 -> WindowTwins.days("days-" + i, random);
                // behind windows of which several of a key may change its row would be that of the newest of them
                case 7 ->
                    at.first() ? new RowTwins.Changelogs("changelog-" + i) : KeyedTwins.changes("changes-" + i, random);
                default -> twin(random, i);
            };
        } while (twin.behind(at.brings()) == null
                || KeyedTwins.readsTimeOfRow(twin) && before.stream().anyMatch(KeyedTwins::spreads));
        return twin;
    }

    static List<Twin> part(Random random, String way) {
        return random.nextInt(3) == 0 ? List.of() : List.of(new Twins.Filters("filter-" + way, random.nextInt(3)));
    }
}
