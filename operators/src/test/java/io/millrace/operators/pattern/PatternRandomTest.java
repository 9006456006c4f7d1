package io.millrace.operators.pattern;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Matches;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.PatternWords.Step;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.pattern.PatternOracle.Seen;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Random patterns over random events against {@link PatternOracle}: of each key all that comes out, in its order. */
class PatternRandomTest {
    private static final int CASES = 950;

    /** What came out, as text. */
    record Found(long key, @Length(200) String text) {}

    /** A case has few events, and memory is set apart at start. */
    private static final PlanOptions SMALL = PlanOptions.tested().withStateBytes(4L << 20);

    /** The definition tries every way to take the events of a key. */
    private static final Weights FEW =
            Weights.usual().events(14).keys(3).values(400).scale(1, 4);

    private static final Output<Found> FOUND = Output.of("found", Found.class);
    private static final Output<Found> OVER = Output.of("over", Found.class);

    static Trials historic() {
        return Trials.of("historic()", random -> trial(random, false)).cases(CASES);
    }

    /** With a clock that ticks, and inputs that fall silent and come back. */
    static Trials live() {
        return Trials.of("live()", random -> trial(random, true)).cases(CASES / 5);
    }

    @Test
    void shouldAgreeWithTheDefinitionOnRandomPatterns() {
        historic().check();
    }

    @Test
    void shouldAgreeWithTheDefinitionWhereLiveInputsFallSilentAndComeBack() {
        live().check();
    }

    private static Trial trial(Random random, boolean live) {
        PatternSpec spec = PatternSpec.random(random);
        spec.partialsAtMost = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : spec.partialsAtMost;
        long disorder = random.nextInt(3) == 0 ? random.nextInt(6) : 0;
        long baseNs = live ? 0 : base(random);
        List<Input<Ev>> inputs = new ArrayList<>();
        for (int i = 0; i < spec.inputs; i++) {
            Input<Ev> in = Input.of("in" + i, Ev.class)
                    .eventTime(Ev::time, NANOSECONDS)
                    .disorder(Duration.ofNanos(disorder));
            inputs.add(live ? in.live().idleAfter(Duration.ofNanos(1 + random.nextInt(30))) : in);
        }
        Trial trial = Trial.of(topology(spec, inputs)).options(SMALL);
        for (Input<Ev> in : inputs) {
            trial = trial.feed(in, (key, timeNs, value) -> event(key, baseNs + timeNs, value));
        }
        return trial.weights(FEW.with(Trait.EXTREMES, 0)
                        .with(Trait.TICKS, live ? 100 : 0)
                        .with(Trait.ADVANCE, baseNs == 0 ? 40 : 0))
                .endAll()
                .compareByKey(FOUND, Found::key)
                .compareByKey(OVER, Found::key)
                .compareLetters()
                .oracle((in, out) -> answer(spec, in, out))
                .look(d -> {
                    if (d.counters("pattern").keys != 0) {
                        throw new AssertionError(d.counters("pattern").keys + " keys left at the end");
                    }
                });
    }

    /** Near 0, or near the ends of a long, but for what deadlines and lateness need. */
    private static long base(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Long.MIN_VALUE + 100_000;
            case 1 -> Long.MAX_VALUE - 100_000;
            default -> 0;
        };
    }

    static Ev event(long key, long timeNs, long value) {
        int kinds = PatternSpec.KINDS.length();
        return Ev.of(key, PatternSpec.KINDS.charAt((int) value % kinds) + "" + value, value / kinds % 4, timeNs);
    }

    private static void answer(PatternSpec spec, History in, Expected out) {
        Map<Long, List<Seen>> taken = new TreeMap<>();
        for (int i = 0; i < in.size(); i++) {
            if (!in.step(i).isEvent()) {
                continue;
            }
            long ns = in.progressNs(i);
            ns = ns == Progress.NONE || ns == Progress.END ? ns : Math.max(ns - spec.lateness, Progress.NONE);
            Ev event = in.event(i);
            if (event.time() < ns) {
                out.letter(i, "pattern", Reason.LATE);
            } else {
                taken.computeIfAbsent(event.key(), k -> new ArrayList<>())
                        .add(new Seen(event, in.step(i).port()));
            }
        }
        taken.forEach((key, events) -> {
            events.sort(Comparator.comparingLong(s -> s.event().time()));
            PatternOracle oracle = PatternOracle.of(spec, events);
            oracle.outs().forEach(o -> out.emit(o.isMatch() ? FOUND : OVER, o.time(), new Found(key, oracle.text(o))));
        });
    }

    private static Topology topology(PatternSpec spec, List<Input<Ev>> inputs) {
        return Millrace.topology("patterns", t -> {
            KeyedStream<Ev> first = t.from(inputs.get(0)).keyBy(Ev::key);
            Duration within = Duration.ofNanos(spec.within);
            if (spec.inputs == 1) {
                lead(first.pattern("pattern", within, () -> new PatternSpec.One(spec)), p -> p.steps);
            } else {
                KeyedStream<Ev> second = t.from(inputs.get(1)).keyBy(Ev::key);
                lead(first.pattern("pattern", within, second, (a, b) -> new PatternSpec.Two(spec, a, b)), p -> p.steps);
            }
        });
    }

    private static <P> void lead(Matches<Ev, P> matches, Function<P, List<Step<Ev>>> steps) {
        matches.timedOut(side -> side.to(OVER, p -> found(steps.apply(p)))).to(FOUND, p -> found(steps.apply(p)));
    }

    private static Found found(List<Step<Ev>> steps) {
        Ev any =
                steps.stream().filter(Step::isPresent).findFirst().orElseThrow().first();
        return new Found(any.key(), PatternSpec.text(steps));
    }
}
