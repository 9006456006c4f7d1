package io.millrace.operators.score;

import io.millrace.operator.Account;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;

/**
 * A logistic regression: a {@link LinearModel} for the log-odds, and {@code 1 / (1 + exp(-raw))}, with
 * {@link StrictMath}, for the probability.
 *
 * <pre>{@code
 * Model model = LogisticModel.of(LinearModel.intercept(-3.2).plus("TX_AMOUNT", 0.012));
 * }</pre>
 *
 * <p>Sums, missing values and text form are those of {@link LinearModel}; the first line of the text form is
 * {@code millrace logistic 1}. A row without an answer has the probability {@code NaN}.
 *
 * <p>Immutable; shared by any number of threads.
 */
public final class LogisticModel implements Model {
    private static final String KIND = "logistic";

    private final LinearModel logOdds;

    private LogisticModel(LinearModel logOdds) {
        this.logOdds = logOdds;
    }

    /**
     * Makes a classifier of a linear model.
     *
     * @param logOdds gives the natural logarithm of p / (1 - p)
     * @return the model
     */
    public static LogisticModel of(LinearModel logOdds) {
        return new LogisticModel(logOdds);
    }

    /**
     * Reads a model from a file in the text form of {@link LinearModel}, kind {@code logistic}.
     *
     * @param path the file; it stands in messages as given
     * @return the model
     * @throws ModelFormatException when the text is not such a model, with line and reason
     * @throws IOException when the file cannot be read
     */
    public static LogisticModel read(Path path) throws IOException {
        try (Reader reader = ModelLines.open(path)) {
            return read(reader, path.toString());
        }
    }

    /**
     * Reads a model in the text form of {@link LinearModel}, kind {@code logistic}, up to the line {@code end}; the
     * reader may be read further, and is not closed.
     *
     * @param reader the text
     * @param sourceName where it comes from, for messages
     * @return the model
     * @throws ModelFormatException when the text is not such a model, with line and reason
     * @throws IOException when the reader fails
     */
    public static LogisticModel read(Reader reader, String sourceName) throws IOException {
        return of(new WeightsText(new ModelLines(reader, sourceName)).read(KIND));
    }

    @Override
    public List<String> featureNames() {
        return logOdds.featureNames();
    }

    @Override
    public double raw(double[] row) {
        return logOdds.raw(row);
    }

    @Override
    public void explain(double[] row, Account to) {
        logOdds.explain(row, to);
    }

    @Override
    public boolean hasProbability() {
        return true;
    }

    @Override
    public double probability(double raw) {
        return Logistic.of(1.0, raw);
    }

    @Override
    public String digest() {
        return logOdds.digest(KIND);
    }

    @Override
    public String describe() {
        return logOdds.describe(KIND);
    }

    @Override
    public String toString() {
        return describe();
    }
}
