package io.millrace.operators.score;

import io.millrace.operator.Account;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An intercept and one weight a feature: {@code ((intercept + w0 * x0) + w1 * x1) + ...}, in {@code double}, in the
 * order in which the features were added, without fused operations.
 *
 * <pre>{@code
 * LinearModel model = LinearModel.intercept(-3.2)
 *     .plus("TX_AMOUNT", 0.012)
 *     .plus("TERMINAL_RISK", 4.5, 0.0);   // 0 where it is missing
 * }</pre>
 *
 * <p><b>Missing values.</b> A feature added with a third number counts as that number where the row holds {@code NaN}.
 * Without one, a row that misses it has the raw score {@code NaN}: this model has no answer for it.
 *
 * <p><b>Text form</b>, for {@link #read(Path)}, in UTF-8; blank lines and lines that begin with {@code #} are skipped; at most
 * 4,096 weights:
 *
 * <pre>
 * millrace linear 1
 * intercept -3.2
 * weight TX_AMOUNT 0.012
 * weight TERMINAL_RISK 4.5 missing 0
 * end
 * </pre>
 *
 * <p>Immutable; shared by any number of threads.
 */
public final class LinearModel implements Model {
    private final double intercept;
    private final List<String> featureNames;
    private final double[] weights;
    private final double[] whenMissing;
    private final String source;

    private LinearModel(double intercept, List<String> names, double[] weights, double[] whenMissing, String source) {
        this.intercept = intercept;
        this.featureNames = List.copyOf(names);
        this.weights = weights;
        this.whenMissing = whenMissing;
        this.source = source;
    }

    /**
     * Begins a model.
     *
     * @param intercept score of a row of zeros; finite
     * @return a model without features
     * @throws IllegalArgumentException when it is not finite
     */
    public static LinearModel intercept(double intercept) {
        return new LinearModel(finite("intercept", intercept), List.of(), new double[0], new double[0], "code");
    }

    /**
     * Adds a feature that a row must have; where it is missing the score is {@code NaN}.
     *
     * @param name the feature's name: not empty, without blanks, not in the model yet
     * @param weight what one unit of the feature adds to the score; finite
     * @return a new model
     * @throws IllegalArgumentException when the name or the weight cannot be taken
     */
    public LinearModel plus(String name, double weight) {
        return with(name, finite("weight of " + name, weight), Double.NaN);
    }

    /**
     * Adds a feature that may be missing.
     *
     * @param name the feature's name: not empty, without blanks, not in the model yet
     * @param weight what one unit of the feature adds to the score; finite
     * @param whenMissing value taken where the row holds {@code NaN}, in the feature's unit; finite
     * @return a new model
     * @throws IllegalArgumentException when the name or a number cannot be taken
     */
    public LinearModel plus(String name, double weight, double whenMissing) {
        return with(name, finite("weight of " + name, weight), finite("missing value of " + name, whenMissing));
    }

    /**
     * Reads a model from a file in the text form above.
     *
     * @param path the file; it stands in messages as given
     * @return the model
     * @throws ModelFormatException when the text is not such a model, with line and reason
     * @throws IOException when the file cannot be read
     */
    public static LinearModel read(Path path) throws IOException {
        try (Reader reader = ModelLines.open(path)) {
            return read(reader, path.toString());
        }
    }

    /**
     * Reads a model in the text form above, up to the line {@code end}; the reader may be read further, and is not
     * closed.
     *
     * @param reader the text
     * @param sourceName where it comes from, for messages
     * @return the model
     * @throws ModelFormatException when the text is not such a model, with line and reason
     * @throws IOException when the reader fails
     */
    public static LinearModel read(Reader reader, String sourceName) throws IOException {
        return new WeightsText(new ModelLines(reader, sourceName)).read("linear");
    }

    @Override
    public List<String> featureNames() {
        return featureNames;
    }

    @Override
    public double raw(double[] row) {
        Rows.check(row, weights.length);
        double sum = intercept;
        for (int i = 0; i < weights.length; i++) {
            double value = row[i];
            sum += weights[i] * (Double.isNaN(value) ? whenMissing[i] : value);
        }
        return sum;
    }

    /** What the intercept and each feature have brought. */
    @Override
    public void explain(double[] row, Account to) {
        Rows.check(row, weights.length);
        Account terms = to.part("terms");
        terms.say("intercept", intercept);
        for (int i = 0; i < weights.length; i++) {
            double term = weights[i] * (Double.isNaN(row[i]) ? whenMissing[i] : row[i]);
            terms.say(featureNames.get(i), to.hidesValues() ? "weight " + weights[i] : term + ": weight " + weights[i]);
        }
    }

    @Override
    public boolean hasProbability() {
        return false;
    }

    @Override
    public double probability(double raw) {
        return Double.NaN;
    }

    @Override
    public String digest() {
        return digest("linear");
    }

    @Override
    public String describe() {
        return describe("linear");
    }

    @Override
    public String toString() {
        return describe();
    }

    LinearModel from(String newSource) {
        return new LinearModel(intercept, featureNames, weights, whenMissing, newSource);
    }

    /** Made on demand: it is asked for once, at start, while each step of building makes a model. */
    String digest(String kind) {
        return new ModelDigest(kind)
                .names(featureNames)
                .doubles(intercept)
                .doubles(weights)
                .doubles(whenMissing)
                .hex();
    }

    String describe(String kind) {
        return kind + " model: " + weights.length + " features, from " + source;
    }

    private LinearModel with(String name, double weight, double missing) {
        if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("a feature name must be one word; '" + name + "'; write _ for a blank");
        }
        if (featureNames.contains(name)) {
            throw new IllegalArgumentException("a feature stands twice; " + name + "; add its weights up");
        }
        List<String> names = new ArrayList<>(featureNames);
        names.add(name);
        return new LinearModel(intercept, names, appended(weights, weight), appended(whenMissing, missing), source);
    }

    private static double[] appended(double[] numbers, double number) {
        double[] longer = Arrays.copyOf(numbers, numbers.length + 1);
        longer[numbers.length] = number;
        return longer;
    }

    private static double finite(String what, double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("the " + what + " is not finite; " + number + "; give a finite number");
        }
        return number;
    }
}
