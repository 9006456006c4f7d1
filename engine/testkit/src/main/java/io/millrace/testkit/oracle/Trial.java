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
 * A topology and what is expected of it: how the events of its inputs are made, which outputs are compared and how, and the
 * oracle. Immutable: each setting answers a changed copy.
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
     * @param <V> the event
     */
    @FunctionalInterface
    public interface Maker<V> {
        /**
         * Makes an event of three numbers. Smaller ones make simpler events: shrinking moves all three towards 0.
         *
         * @param key    of which its key is made
         * @param timeNs of which its time is made
         * @param value  of which the rest of it is made
         * @return the same for the same numbers
         */
        V make(long key, long timeNs, long value);
    }

    /** Says what has to come out: slow, plain, and without a thought of the code it judges. */
    @FunctionalInterface
    public interface Oracle {
        /**
         * Reads the whole input and says all that has to come out of it. Called many times, for other inputs each time.
         *
         * @param input what goes in
         * @param out   takes what has to come out
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
     * A trial with the usual weights, and nothing to compare yet.
     *
     * @param topology what is run
     * @return the trial
     */
    public static Trial of(Topology topology) {
        return new Trial(new Draft(topology));
    }

    /**
     * Says how the events of an input are made. Inputs are numbered in the order of these calls.
     *
     * @param input one of the topology's
     * @param maker makes an event of it
     * @param <V>   the event
     * @return a changed copy
     */
    public <V> Trial feed(Input<V> input, Maker<? extends V> maker) {
        return with(d -> d.feeds.add(new Feed<>(input, maker, null)));
    }

    /**
     * Says how what a port asks is answered. It is a further input, with a number as those of {@link #feed}. A step of it with
     * key k answers the newest request but k, also where that has been answered before; where there are not so many, nothing
     * is sent.
     *
     * @param port  one of the topology's
     * @param maker makes an answer; null for a reply that says that it failed
     * @param <R>   the answer
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
     * Says how random inputs are made.
     *
     * @param newWeights the weights
     * @return a changed copy
     */
    public Trial weights(Weights newWeights) {
        return with(d -> d.weights = newWeights);
    }

    /**
     * Plans the topology in another way, such as with a small state budget.
     *
     * @param newOptions the options of the plan
     * @return a changed copy
     */
    public Trial options(PlanOptions newOptions) {
        return with(d -> d.options = newOptions);
    }

    /**
     * Compares an output: each value, its time and form, in order.
     *
     * @param output one of the topology's
     * @return a changed copy
     */
    public Trial compare(Output<?> output) {
        return with(d -> d.taken.add(new Taken<>(output, Taken.Order.EXACT, null)));
    }

    /**
     * Compares an output: each value, its time and form, in order, and at which step of the input it comes out. The oracle says
     * so by {@link Expected#at}.
     *
     * @param output one of the topology's
     * @return a changed copy
     */
    public Trial compareByStep(Output<?> output) {
        return with(d -> d.taken.add(new Taken<>(output, Taken.Order.BY_STEP, null)));
    }

    /**
     * Compares an output in the order of each key; between keys any order will do, as where firing is spread over entries.
     *
     * @param output one of the topology's
     * @param key    reads the key of a value
     * @param <V>    the value
     * @return a changed copy
     */
    public <V> Trial compareByKey(Output<V> output, Function<? super V, ?> key) {
        return with(d -> d.taken.add(new Taken<>(output, Taken.Order.BY_KEY, key)));
    }

    /**
     * Compares an output in any order: each value as often as it has to be there.
     *
     * @param output one of the topology's
     * @return a changed copy
     */
    public Trial compareInAnyOrder(Output<?> output) {
        return with(d -> d.taken.add(new Taken<>(output, Taken.Order.NONE, null)));
    }

    /**
     * Compares the dead letters too, in any order: node, reason, and the step of the event or the due of the firing.
     *
     * @return a changed copy
     */
    public Trial compareLetters() {
        return with(d -> d.letters = true);
    }

    /**
     * Ends all inputs behind the last step, however many steps are left: for an oracle that knows nothing but whole inputs.
     *
     * @return a changed copy
     */
    public Trial endAll() {
        return with(d -> d.ends = true);
    }

    /**
     * Says what has to come out.
     *
     * @param newOracle the slow plain twin
     * @return a changed copy
     */
    public Trial oracle(Oracle newOracle) {
        return with(d -> d.oracle = newOracle);
    }

    /**
     * Looks at the driver when all has come out: what is counted, what is left in the state. What it throws fails the case.
     *
     * @param newLook called once a run
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
