package io.millrace.testkit.oracle;

import io.millrace.event.DeadLetter;
import io.millrace.testkit.Asked;
import io.millrace.testkit.TestDriver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One input through the engine and through the oracle: the first difference, or none.
 *
 * @param failed     whether there is a difference
 * @param difference where and what; empty without one
 * @param engine     what came out where it is; null when something was thrown
 * @param oracle     what should have
 * @param thrown     what the engine, a look or the oracle threw; null mostly
 * @param outs       how many outputs and letters there were in all
 */
record Run(boolean failed, String difference, List<Out> engine, List<Out> oracle, Throwable thrown, int outs) {
    static Run of(Trial trial, List<Step> steps) {
        History history = new History(trial.feeds(), trial.ended(steps));
        Expected expected = new Expected(trial.taken());
        try {
            trial.oracle().answer(history, expected);
        } catch (RuntimeException | AssertionError t) {
            return thrown("the oracle threw " + t, t);
        }
        try (TestDriver driver = TestDriver.of(trial.topology(), trial.options())) {
            long[] firstEntry = drive(driver, trial, history);
            return compare(driver, trial, expected, firstEntry);
        } catch (RuntimeException | AssertionError t) {
            return thrown("the engine's side threw " + t, t);
        }
    }

    static Run thrown(String what, Throwable t) {
        return new Run(true, what, null, null, t, 0);
    }

    /** The place in the engine's order of each step: entries that only go on firing stand between them. */
    private static long[] drive(TestDriver driver, Trial trial, History history) {
        long[] first = new long[history.size()];
        Map<Feed<?>, List<Asked<?>>> asked = new LinkedHashMap<>();
        trial.feeds().forEach(f -> asked.put(f, new ArrayList<>()));
        int restart = restart(history);
        for (int i = 0; i < history.size(); i++) {
            if (i == restart && driver.canBeSaved()) {
                driver.restart();
            }
            first[i] = driver.nextSequence();
            Step s = history.step(i);
            switch (s.kind()) {
                case EVENT -> {
                    Feed<?> feed = trial.feeds().get(s.port());
                    feed.send(driver, history.event(i), s, asked.get(feed));
                }
                case END -> driver.end(trial.feeds().get(s.port()).input());
                case ADVANCE -> driver.advanceToNs(s.timeNs());
                case TICK -> driver.tick(Instant.EPOCH.plusNanos(s.timeNs()));
            }
            asked.forEach((feed, all) -> {
                if (feed.asks() != null) {
                    all.addAll(driver.asked(feed.asks()));
                }
            });
        }
        return first;
    }

    /**
     * Before which step the engine is killed and restored: in one run of four before one. It hangs on that step alone, so that an
     * input from which others were taken away is treated alike.
     */
    private static int restart(History history) {
        int at = -1;
        long least = Long.MAX_VALUE;
        for (int i = 1; i < history.size(); i++) {
            long mixed = history.step(i).toString().hashCode() * 0x9E3779B97F4A7C15L;
            if (mixed < least) {
                least = mixed;
                at = i;
            }
        }
        return (least >>> 8 & 3) == 0 ? at : -1;
    }

    private static Run compare(TestDriver driver, Trial trial, Expected expected, long[] firstEntry) {
        int outs = 0;
        Run found = null;
        for (Taken<?> t : trial.taken()) {
            List<Out> engine = t.of(driver, q -> step(firstEntry, q));
            outs += engine.size();
            found = found == null ? difference(t, engine, expected.of(t)) : found;
        }
        if (trial.letters()) {
            List<Out> engine = letters(driver, firstEntry);
            outs += engine.size();
            found = found == null ? inAnyOrder("dead letters", engine, expected.letters()) : found;
        }
        if (found != null) {
            return found;
        }
        trial.look().accept(driver);
        return new Run(false, "", null, null, null, outs);
    }

    private static List<Out> letters(TestDriver driver, long[] firstEntry) {
        List<Out> result = new ArrayList<>();
        for (DeadLetter l : driver.deadLetters()) {
            String of = l.fired() ? "due " + l.dueNs() : "of step " + step(firstEntry, l.sequence());
            result.add(Expected.letterOf(l.node(), l.reason(), of));
        }
        return result;
    }

    private static int step(long[] firstEntry, long sequence) {
        int i = firstEntry.length - 1;
        while (i > 0 && firstEntry[i] > sequence) {
            i--;
        }
        return i;
    }

    private static Run difference(Taken<?> taken, List<Out> engine, List<Out> oracle) {
        String name = "output " + taken.output().name();
        return switch (taken.order()) {
            case EXACT, BY_STEP -> first(name, engine, oracle);
            case BY_KEY -> byKey(name, engine, oracle);
            case NONE -> inAnyOrder(name, engine, oracle);
        };
    }

    private static Run first(String name, List<Out> engine, List<Out> oracle) {
        for (int i = 0; i < Math.max(engine.size(), oracle.size()); i++) {
            Out got = i < engine.size() ? engine.get(i) : null;
            Out due = i < oracle.size() ? oracle.get(i) : null;
            if (!Objects.equals(got, due)) {
                return new Run(
                        true,
                        name + ", number " + i + ": " + shown("engine", got) + ", " + shown("oracle", due),
                        engine,
                        oracle,
                        null,
                        0);
            }
        }
        return null;
    }

    private static String shown(String side, Out out) {
        return out == null ? side + " has nothing more" : side + " has " + out;
    }

    private static Run byKey(String name, List<Out> engine, List<Out> oracle) {
        Map<Object, List<Out>> keys = new LinkedHashMap<>();
        oracle.forEach(o -> keys.computeIfAbsent(o.key(), k -> new ArrayList<>()));
        engine.forEach(o -> keys.computeIfAbsent(o.key(), k -> new ArrayList<>()));
        for (Object key : keys.keySet()) {
            Run found = first(name + " of key " + key, of(key, engine), of(key, oracle));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static List<Out> of(Object key, List<Out> outs) {
        return outs.stream().filter(o -> Objects.equals(o.key(), key)).toList();
    }

    private static Run inAnyOrder(String name, List<Out> engine, List<Out> oracle) {
        return first(name + " (in any order, shown sorted)", sorted(engine), sorted(oracle));
    }

    private static List<Out> sorted(List<Out> outs) {
        return outs.stream()
                .sorted(Comparator.comparingLong(Out::timeNs).thenComparing(Out::toString))
                .toList();
    }
}
