package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.topology.TopologyNode;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * SEMANTICS 11, over a log of 10,000 entries through all words, as many in one topology as have different names. A core that was killed
 * and restored behind an entry has to put out the same for the next, and save the same bytes behind it, as one that was not: so it is
 * enough to go one entry from each place. A case kills at every 203rd, wherever the log is by then, the next case at the places behind
 * those: {@code -Dmillrace.cases=x203} is every place there is.
 */
class RestartTogetherTest {
    private static final int ENTRIES = 10_000;

    /** Has nothing in common with the length of a phase. */
    private static final int STRIDE = 203;

    /** The first topology has nearly all words; the others, of those whose names were taken, have a log a quarter as long. */
    private static final int FEWER = ENTRIES / 4;

    @Test
    void shouldGoOnAsIfNothingHadHappenedWhereverALogThroughAllWordsIsKilled() {
        Seeds.each(0, 1, "killAndGoOn(%d)", RestartTogetherTest::killAndGoOn);
    }

    private static void killAndGoOn(long seed) {
        Set<String> idle = new TreeSet<>();
        List<List<Method>> all = together();
        for (List<Method> words : all) {
            idle.addAll(kill(topology(words), words == all.get(0) ? ENTRIES : FEWER, seed));
        }
        assertEquals(Set.of(), idle, "words that fire, and of which nothing ever did");
    }

    /** All words, in as few topologies as their names and outputs allow. */
    private static List<List<Method>> together() {
        List<List<Method>> all = new ArrayList<>();
        RestartTest.words()
                .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toString))
                .forEach(word -> {
                    for (List<Method> words : all) {
                        words.add(word);
                        try {
                            topology(words);
                            return;
                        } catch (TopologyException e) {
                            words.remove(word);
                        }
                    }
                    all.add(new ArrayList<>(List.of(word)));
                });
        return all;
    }

    private static Topology topology(List<Method> words) {
        return Millrace.topology("together", t -> words.forEach(w -> RestartTest.invoke(w, t)));
    }

    private static Set<String> kill(Topology topology, int entries, long seed) {
        RestartTest.Log log = new RestartTest.Log(topology, 1 + seed / STRIDE);
        PlanOptions options = PlanOptions.tested().withStateBytes(64 << 20).withThreads();
        TestDriver unbroken = TestDriver.of(topology, options);
        TestDriver killed = TestDriver.of(topology, options);
        int letters = 0;
        for (int i = 0; i < entries; i++) {
            boolean kills = i % STRIDE == seed % STRIDE;
            if (kills) {
                killed.restart();
            }
            Consumer<TestDriver> entry = log.nextInPhases(i);
            entry.accept(unbroken);
            entry.accept(killed);
            log.asked(unbroken, killed);
            if (kills) {
                letters = assertSame(unbroken, killed, letters, i);
            }
        }
        assertSame(unbroken, killed, letters, entries);
        unbroken.endAll();
        killed.restart().endAll();
        assertEquals(RestartTest.taken(unbroken), RestartTest.taken(killed), "outputs of the end");
        assertEquals(unbroken.digest(), killed.digest());
        return idle(topology, unbroken);
    }

    /** Looks at what has come since it did last; answers the letters there are. */
    private static int assertSame(TestDriver unbroken, TestDriver killed, int letters, int i) {
        assertEquals(RestartTest.taken(unbroken), RestartTest.taken(killed), "outputs up to entry " + i);
        assertEquals(letters(unbroken, letters), letters(killed, letters), "letters up to entry " + i);
        assertArrayEquals(unbroken.snapshot(), killed.snapshot(), "state behind entry " + i);
        return unbroken.deadLetters().size();
    }

    private static String letters(TestDriver driver, int from) {
        return driver.deadLetters().subList(from, driver.deadLetters().size()).toString();
    }

    /**
     * Catalogued joins by a foreign key are an exception: only where a thousand rows name one that changes do they fire. So are windows by count
     * without early results, which are told by events alone.
     */
    private static Set<String> idle(Topology topology, TestDriver driver) {
        Set<String> idle = new TreeSet<>();
        for (TopologyNode n : topology.nodes()) {
            boolean fires = n.operator() != null
                    && n.operator().maxFirings() > 0
                    && (!n.operator().word().equals("foreignKeyJoin")
                            || n.name().equals("named"))
                    && !n.name().equals("last-hundred");
            if (fires && driver.counters(n.name()).firings == 0) {
                idle.add(n.operator().word() + " " + n.name());
            }
        }
        return idle;
    }
}
