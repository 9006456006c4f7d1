package io.millrace.testkit.oracle;

import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.event.Reply;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A topology and what is expected of it: how the events of its inputs are made, which outputs are compared and how, and
 * the oracle. Immutable: each setting returns a changed copy.
 */
public final class Trial extends Trials.Subject {
    private final Topology topology;
    private final PlanOptions options;
    private final Weights weights;
    private final List<Feed<?>> feeds;
    private final List<Taken<?>> taken;
    private final boolean letters;
    private final boolean ends;
    private final Oracle oracle;
    private final Consumer<TestDriver> look;

    private Trial(Draft d) {
        topology = d.topology;
        options = d.options;
        weights = d.weights;
        feeds = List.copyOf(d.feeds);
        taken = List.copyOf(d.taken);
        letters = d.letters;
        ends = d.ends;
        oracle = d.oracle;
        look = d.look;
    }

    /**
     * Makes an event.
     *
     * @param <V> the type of the event
     */
    @FunctionalInterface
    public interface Maker<V> {
        /**
         * Makes an event of three numbers. Smaller numbers should make simpler events, since shrinking moves all three
         * towards 0.
         *
         * @param key    the number that its key is made of
         * @param timeNs the number that its time is made of
         * @param value  the number that the rest of it is made of
         * @return an event, the same for the same numbers
         */
        V make(long key, long timeNs, long value);
    }

    /** Computes what must come out: slowly, plainly, and independently of the code that it judges. */
    @FunctionalInterface
    public interface Oracle {
        /**
         * Reads the whole input and computes all that must come out. It is called many times, for other inputs each
         * time.
         *
         * @param input the input
         * @param out   takes what must come out
         */
        void answer(History input, Expected out);
    }

    /** What is changed to make a copy. */
    private static final class Draft {
        private final Topology topology;
        private PlanOptions options = PlanOptions.tested();
        private Weights weights = Weights.usual();
        private final List<Feed<?>> feeds = new ArrayList<>();
        private final List<Taken<?>> taken = new ArrayList<>();
        private boolean letters;
        private boolean ends;
        private Oracle oracle;
        private Consumer<TestDriver> look = d -> {};

        Draft(Topology topology) {
            this.topology = Objects.requireNonNull(topology, "topology");
        }

        Draft(Trial t) {
            this(t.topology);
            options = t.options;
            weights = t.weights;
            feeds.addAll(t.feeds);
            taken.addAll(t.taken);
            letters = t.letters;
            ends = t.ends;
            oracle = t.oracle;
            look = t.look;
        }
    }

    private Trial with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new Trial(draft);
    }

    /**
     * Makes a trial with the usual weights, and nothing to compare yet.
     *
     * @param topology the topology to run
     * @return the trial
     */
    public static Trial of(Topology topology) {
        return new Trial(new Draft(topology));
    }

    /**
     * Sets how the events of an input are made. Inputs are numbered in the order of these calls.
     *
     * @param input an input of the topology
     * @param maker makes an event of it
     * @param <V>   the type of the event
     * @return a changed copy
     */
    public <V> Trial feed(Input<V> input, Maker<? extends V> maker) {
        return with(d -> d.feeds.add(new Feed<>(input, maker, null)));
    }

    /**
     * Sets how requests of a port are answered. This is a further input, numbered as those of {@link #feed}. A step of
     * it with key k answers the newest request but k, even if that has been answered before; if there are not so many
     * requests, nothing is sent.
     *
     * @param port  a port of the topology
     * @param maker makes an answer; null for a reply which says that it failed
     * @param <R>   the type of the answer
     * @return a changed copy
     */
    public <R> Trial replies(LookupPort<?, R> port, Maker<? extends R> maker) {
        return with(d -> d.feeds.add(new Feed<Reply<R>>(
                port.replies(), (key, timeNs, value) -> reply(maker.make(key, timeNs, value)), port)));
    }

    private static <R> Reply<R> reply(R answer) {
        return answer == null ? Reply.failed() : Reply.of(answer);
    }

    /**
     * Sets how random inputs are made.
     *
     * @param newWeights the weights
     * @return a changed copy
     */
    public Trial weights(Weights newWeights) {
        return with(d -> d.weights = newWeights);
    }

    /**
     * Sets how the topology is planned, such as with a small state budget.
     *
     * @param newOptions the options of the plan
     * @return a changed copy
     */
    public Trial options(PlanOptions newOptions) {
        return with(d -> d.options = newOptions);
    }

    /**
     * Compares an output: each value with its time and form, in order.
     *
     * @param output an output of the topology
     * @return a changed copy
     */
    public Trial compare(Output<?> output) {
        return with(d -> d.taken.add(new Taken<>(output, Taken.Order.EXACT, null)));
    }

    /**
     * Compares an output: each value with its time and form, in order, and the step of the input at which it comes out,
     * which the oracle gives by {@link Expected#at}.
     *
     * @param output an output of the topology
     * @return a changed copy
     */
    public Trial compareByStep(Output<?> output) {
        return with(d -> d.taken.add(new Taken<>(output, Taken.Order.BY_STEP, null)));
    }

    /**
     * Compares an output in the order of each key, in any order between keys, as where firing is spread over entries.
     *
     * @param output an output of the topology
     * @param key    reads the key of a value
     * @param <V>    the type of the value
     * @return a changed copy
     */
    public <V> Trial compareByKey(Output<V> output, Function<? super V, ?> key) {
        return with(d -> d.taken.add(new Taken<>(output, Taken.Order.BY_KEY, key)));
    }

    /**
     * Compares an output in any order: each value as often as it must be there.
     *
     * @param output an output of the topology
     * @return a changed copy
     */
    public Trial compareInAnyOrder(Output<?> output) {
        return with(d -> d.taken.add(new Taken<>(output, Taken.Order.NONE, null)));
    }

    /**
     * Compares the dead letters too, in any order: node, reason, and the step of the event or the due time of the
     * firing.
     *
     * @return a changed copy
     */
    public Trial compareLetters() {
        return with(d -> d.letters = true);
    }

    /**
     * Ends all inputs after the last step, however many steps are left, for an oracle that knows whole inputs only.
     *
     * @return a changed copy
     */
    public Trial endAll() {
        return with(d -> d.ends = true);
    }

    /**
     * Sets the oracle.
     *
     * @param newOracle computes what must come out
     * @return a changed copy
     */
    public Trial oracle(Oracle newOracle) {
        return with(d -> d.oracle = newOracle);
    }

    /**
     * Examines the driver when everything has come out, such as what is counted and what is left in the state. What it
     * throws fails the case.
     *
     * @param newLook called once in each run
     * @return a changed copy
     */
    public Trial look(Consumer<TestDriver> newLook) {
        return with(d -> d.look = newLook);
    }

    // ---- for the kit

    @Override
    void check() {
        if (feeds.isEmpty() || oracle == null || taken.isEmpty() && !letters) {
            throw new IllegalStateException("a trial needs feed(..), compare(..) and oracle(..)");
        }
    }

    @Override
    List<Step> generate(long seed) {
        return Generator.generate(
                weights, feeds.stream().<Input<?>>map(Feed::input).toList(), seed);
    }

    /** With the ends that it always has. */
    List<Step> ended(List<Step> steps) {
        List<Step> all = new ArrayList<>(steps);
        for (int port = 0; ends && port < feeds.size(); port++) {
            if (!steps.contains(Step.end(port))) {
                all.add(Step.end(port));
            }
        }
        return all;
    }

    @Override
    Run run(List<Step> steps) {
        return Run.of(this, steps);
    }

    Topology topology() {
        return topology;
    }

    PlanOptions options() {
        return options;
    }

    @Override
    long unitNs() {
        return weights.unitNs();
    }

    List<Feed<?>> feeds() {
        return feeds;
    }

    List<Taken<?>> taken() {
        return taken;
    }

    boolean letters() {
        return letters;
    }

    Oracle oracle() {
        return oracle;
    }

    Consumer<TestDriver> look() {
        return look;
    }
}
