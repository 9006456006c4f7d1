package io.millrace.trial;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.TimedNode;
import io.millrace.state.Saved;
import io.millrace.state.StateException;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** An operator of which a test says everything: what it declares, and what its node does. */
public final class TrialOp implements Operator<Num, Num> {
    /** What a node does. */
    public interface Body {
        /** As {@link Node#on}. */
        boolean on(Flow flow);
    }

    /** What a node does that fires. */
    public interface TimedBody extends Body {
        /** As {@link TimedNode#nextDueNs}. */
        long nextDueNs();

        /** As {@link TimedNode#fire}. */
        int fire(long progressNs, int most, Flow flow);
    }

    private static final NodeClass PLAIN = NodeClass.of(MethodHandles.lookup(), PlainNode.class);
    private static final NodeClass TIMED = NodeClass.of(MethodHandles.lookup(), FiringNode.class);

    public String word = "trial";
    public int inputs = 1;
    public List<String> ports = List.of("out");
    public int maxOutputs = 1;
    public int maxFirings;
    public int maxOutputsPerFiring = 1;

    /** Of all firings of an entry, than the product. */
    public long fewerOutputs;

    public EventType<?> type = Num.TYPE;

    /** By output, where they differ. */
    public IntFunction<EventType<?>> typeOf = port -> type;

    public Answers answers = Answers.EXACTLY_ONE;
    public boolean keyed;
    public boolean keepsState;
    public boolean takesUpdates = true;
    public boolean makesUpdates;
    public boolean matchesInputs;
    public long latenessNs;
    public List<String> problems = List.of();
    public Map<String, String> settings = Map.of();
    public Map<String, String> digests = Map.of();
    final Function<NodeContext, Body> body;

    private TrialOp(Function<NodeContext, Body> body) {
        this.body = body;
    }

    /** Any node. */
    public static TrialOp of(String word, Function<NodeContext, Body> body) {
        TrialOp op = new TrialOp(body);
        op.word = word;
        return op;
    }

    /** Passes all on; merges where it has several inputs. */
    public static TrialOp pass(int inputs) {
        TrialOp op = of(inputs > 1 ? "merge" : "pass", context -> flow -> true);
        op.inputs = inputs;
        return op;
    }

    /** A filter: guards the user call, as an operator has to. */
    public static TrialOp keep(Predicate<Num> condition) {
        TrialOp op = of("keep", context -> {
            Failures failures = context.failures();
            return flow -> {
                try {
                    return condition.test(flow.value());
                } catch (Throwable t) {
                    return failures.operatorError(flow, t);
                }
            };
        });
        op.answers = Answers.AT_MOST_ONE;
        return op;
    }

    /** A map. */
    public static TrialOp map(UnaryOperator<Num> function) {
        return of("map", context -> {
            Failures failures = context.failures();
            return flow -> {
                Num result;
                try {
                    result = function.apply(flow.value());
                } catch (Throwable t) {
                    return failures.operatorError(flow, t);
                }
                flow.value(result);
                return true;
            };
        });
    }

    /** Each event n times, ids multiplied by ten and counted up. */
    public static TrialOp several(int n) {
        TrialOp op = of("several", context -> {
            Node rest = context.rest(0);
            return flow -> {
                Flow in = new Flow();
                in.copyFrom(flow);
                Num event = flow.value();
                for (int i = 0; i < n; i++) {
                    flow.copyFrom(in);
                    flow.value(new Num(event.id() * 10 + i, event.timeNs()));
                    rest.on(flow);
                }
                return false;
            };
        });
        op.maxOutputs = n;
        op.answers = Answers.MANY;
        return op;
    }

    /** Code that is no user code: what it throws must halt. */
    public static TrialOp unguarded(java.util.function.Consumer<Num> commit) {
        return of("unguarded", context -> flow -> {
            commit.accept(flow.value());
            return true;
        });
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public NodeClass node() {
        return maxFirings > 0 ? TIMED : PLAIN;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> types) {
        return typeOf.apply(port);
    }

    @Override
    public List<String> ports() {
        return ports;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public int maxOutputs() {
        return maxOutputs;
    }

    @Override
    public int maxFirings() {
        return maxFirings;
    }

    @Override
    public int maxOutputsPerFiring() {
        return maxOutputsPerFiring;
    }

    @Override
    public long maxOutputsOfFirings(int firings) {
        return (long) firings * maxOutputsPerFiring - fewerOutputs;
    }

    @Override
    public Answers answers() {
        return answers;
    }

    @Override
    public boolean keyed() {
        return keyed;
    }

    @Override
    public boolean keepsState() {
        return keyed || keepsState;
    }

    @Override
    public long latenessNs() {
        return latenessNs;
    }

    @Override
    public boolean takesUpdates() {
        return takesUpdates;
    }

    @Override
    public boolean makesUpdates() {
        return makesUpdates;
    }

    @Override
    public boolean matchesInputs() {
        return matchesInputs;
    }

    @Override
    public List<String> problems(List<EventType<?>> types) {
        return problems;
    }

    @Override
    public Map<String, String> settings() {
        return settings;
    }

    @Override
    public Map<String, String> digests() {
        return digests;
    }

    /** Runs the body. */
    static final class PlainNode implements Node {
        private final Body body;

        PlainNode(TrialOp operator, NodeContext context) {
            body = operator.body.apply(context);
        }

        @Override
        public boolean on(Flow flow) {
            return body.on(flow);
        }
    }

    /** Runs the body. */
    static final class FiringNode implements TimedNode, Saved {
        private final TimedBody body;

        FiringNode(TrialOp operator, NodeContext context) {
            body = (TimedBody) operator.body.apply(context);
        }

        @Override
        public void save(StateWriter to) {
            saved().save(to);
        }

        @Override
        public void load(StateReader from) {
            saved().load(from);
        }

        private Saved saved() {
            if (body instanceof Saved s) {
                return s;
            }
            throw new StateException("a trial that cannot be saved");
        }

        @Override
        public boolean on(Flow flow) {
            return body.on(flow);
        }

        @Override
        public long nextDueNs() {
            return body.nextDueNs();
        }

        @Override
        public int fire(long progressNs, int most, Flow flow) {
            return body.fire(progressNs, most, flow);
        }
    }
}
