package io.millrace.examples.anomaly;

import static io.millrace.operators.window.Window.global;
import static io.millrace.operators.window.Window.slidingCount;
import static java.lang.Double.isFinite;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Table;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.topology.Topology;
import org.apache.commons.math3.special.Erf;

/**
 * Scores each value by the mean and the deviation of those before it. While there are fewer than the window holds that
 * is all of them; then the window moves by a step.
 */
public final class AnomalyTopology {
    /** The series, in its order; time means nothing. */
    public static final Input<Sample> SAMPLES = Input.of("samples", Sample.class);

    /** A score for each value. */
    public static final Output<Score> SCORES = Output.of("scores", Score.class);

    /** What counts as no deviation. */
    private static final double LEAST = 0.000001;

    private static final double ROOT_OF_2 = Math.sqrt(2);

    /** A power of two, so that nothing is rounded. */
    private static final double SMALLER = 0x1p-600;

    /** What is computed of values. */
    static final class Values extends Aggregates<Sample> {
        final LongValue count = count();
        final DoubleValue mean = mean(Sample::value);
        final DoubleValue deviation = deviation(Sample::value);

        /** The same of values so much smaller that their squares add up to a double, whatever they are. */
        final DoubleValue smallMean = mean(s -> s.value() * SMALLER);

        final DoubleValue smallDeviation = deviation(s -> s.value() * SMALLER);

        Spread spread() {
            boolean fits = isFinite(mean.get()) && isFinite(deviation.get());
            return fits
                    ? new Spread(count.get(), mean.get(), deviation.get())
                    : new Spread(count.get(), smallMean.get() / SMALLER, smallDeviation.get() / SMALLER);
        }
    }

    private AnomalyTopology() {}

    /**
     * The topology.
     *
     * @param window how many values it holds; a multiple of the step
     * @param step   by how many it moves
     * @return to be run by any host
     */
    public static Topology of(int window, int step) {
        Topology topology = Millrace.topology("anomaly", t -> {
            KeyedStream<Sample> samples = t.from(SAMPLES).keyBy(s -> 0);
            EventStream<Spread> growing = samples.filter(s -> s.row() < window)
                    .window("growing", global().emitOnUpdate().retracting())
                    .aggregate(Values::new)
                    .map(Spread.class, Values::spread);
            EventStream<Spread> moving = samples.window("moving", slidingCount(window, step))
                    .aggregate(Values::new)
                    .map(Spread.class, Values::spread)
                    .filter(s -> s.count() == window);
            Table<Spread> before =
                    t.table("before", growing.merge(moving).keyBy(s -> 0)).keysAtMost(1);
            samples.lookup("spread", before).to(SCORES, AnomalyTopology::score);
        });
        return topology.withOption("window", Integer.toString(window)).withOption("step", Integer.toString(step));
    }

    static Score score(Joined<Sample, Spread> at) {
        Sample s = at.left();
        return new Score(s.row(), s.value(), at.hasRight() ? score(s.value(), at.right()) : 0);
    }

    /** One less the upper tail of the normal law. */
    static double score(double value, Spread before) {
        double deviation = before.deviation() == 0 ? LEAST : before.deviation();
        double distance = Math.abs(value - before.mean());
        double deviations = isFinite(distance)
                ? distance / deviation
                : Math.abs(value / 2 - before.mean() / 2) / deviation * 2; // between the ends of what a double holds
        return 1 - 0.5 * Erf.erfc(deviations / ROOT_OF_2);
    }
}
