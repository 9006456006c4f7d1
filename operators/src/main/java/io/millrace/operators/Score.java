package io.millrace.operators;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Answers;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.score.Model;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Scores each event by a model: computes its features, then calls the model. Keeps no state, allocates nothing.
 *
 * <p>An event whose raw score is NaN goes to the dead letters: as {@link Reason#MISSING_VALUE} if a feature is missing,
 * with the name of the first in the detail; otherwise as {@link Reason#OUT_OF_RANGE}. A retraction by key without a
 * score, or for which a feature throws, is sent with its event, features of zero and a score of zero, since it means
 * its key.
 *
 * @param <T> the type of the events
 */
public final class Score<T> implements Operator<T, Scored<T>> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), ScoreNode.class);

    final Model model;
    /** The columns of the model in its order; all of them when some are not there, which is a problem at build. */
    final Features<? super T> features;

    private final List<String> problems = new ArrayList<>();

    private Score(Model model, Features<? super T> features) {
        this.model = Objects.requireNonNull(model, "model");
        List<String> columns = features.columns();
        for (String name : model.featureNames()) {
            if (!columns.contains(name)) {
                problems.add("the model asks for feature '" + name
                        + "', which the features do not name; the nearest is '" + Nearest.of(name, columns) + "'");
            }
        }
        this.features = problems.isEmpty() ? features.select(model.featureNames()) : features;
    }

    /**
     * Makes the operator.
     *
     * @param model    the model
     * @param features names each feature of the model; others are not computed
     * @param <T>      the type of the events
     * @return the operator
     */
    public static <T> Score<T> of(Model model, Features<? super T> features) {
        return new Score<>(model, features);
    }

    @Override
    public String word() {
        return "score";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return inputs.get(0) == null ? null : new ScoredType<>(inputs.get(0), model);
    }

    @Override
    public Answers answers() {
        return Answers.EXACTLY_ONE;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        return List.copyOf(problems);
    }

    @Override
    public Map<String, String> settings() {
        return Collections.singletonMap("model", model.describe());
    }

    @Override
    public Map<String, String> digests() {
        return Collections.singletonMap("model", model.digest());
    }
}

/** Fills the row, asks the model. */
final class ScoreNode implements Node, Explains {
    private final Features<Object> features;
    private final Model model;
    private final ScoredRow<Object> scored;
    private final int place;
    private final double[] row;
    private final boolean hasCursor;
    private final boolean isByKey;
    private final Failures failures;
    private final String[] missing;

    @SuppressWarnings("unchecked")
    ScoreNode(Score<?> operator, NodeContext context) {
        features = (Features<Object>) operator.features;
        model = operator.model;
        place = context.valuePlace();
        scored = context.cutting(new ScoredRow<>(model));
        hasCursor = context.hasCursor(0);
        isByKey = EmptyValue.isByKey(context);
        row = scored.row;
        failures = context.failures();
        missing = new String[row.length];
        for (int i = 0; i < missing.length; i++) {
            missing[i] =
                    "feature " + model.featureNames().get(i) + " is missing, and the model has no answer without it";
        }
    }

    @Override
    public boolean on(Flow flow) {
        double raw;
        try {
            features.fill(flow.value(), row, hasCursor ? flow : null);
            raw = model.raw(row);
        } catch (Throwable t) {
            return isByKey && EmptyValue.goesOn(flow, t) ? empty(flow) : failures.operatorError(flow, t);
        }
        if (raw != raw) {
            return isByKey && flow.form() == EntryForm.RETRACTION ? empty(flow) : refuse(flow);
        }
        flow.value(place, scored.set(flow, raw));
        return true;
    }

    @Override
    public void explain(Flow flow, Account to) {
        to.say("model", model.describe());
        to.say("raw score", scored.raw());
        if (model.hasProbability()) {
            to.say("probability", scored.probability());
        }
        Account values = to.part("features");
        for (int i = 0; i < row.length; i++) {
            values.value(model.featureNames().get(i), Double.isNaN(row[i]) ? "missing" : (Object) row[i]);
        }
        model.explain(row, to);
    }

    /** What it takes back is known by its key. */
    private boolean empty(Flow flow) {
        Arrays.fill(row, 0);
        flow.value(place, scored.set(flow, 0));
        return true;
    }

    private boolean refuse(Flow flow) {
        for (int i = 0; i < row.length; i++) {
            if (row[i] != row[i]) {
                return failures.refuse(flow, Reason.MISSING_VALUE, missing[i]);
            }
        }
        return failures.refuse(flow, Reason.OUT_OF_RANGE, "the score is not a number");
    }
}
