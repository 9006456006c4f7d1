package io.millrace.operators.score;

import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeSet;

/**
 * What the head of a LightGBM text says about all trees.
 *
 * @param version format version as written, {@code v3} or {@code v4}
 * @param features names in the order of the row
 * @param objective the objective line's value, as written
 * @param sigmoid factor of the raw score in the logistic function; NaN for a regression
 * @param announced number of entries of {@code tree_sizes}, -1 when that line is absent
 */
record LightGbmHead(String version, List<String> features, String objective, double sigmoid, int announced) {
    static final int FEATURES_MAX = 1 << 16;

    /** The objectives whose prediction is the raw score itself. */
    private static final List<String> IDENTITY =
            List.of("regression", "regression_l1", "huber", "fair", "quantile", "mape");

    private static final String SUPPORTED = "give a model of objective `binary sigmoid:X` or `regression`";

    static LightGbmHead of(Section head) throws ModelFormatException {
        String version = version(head.line("version"));
        oneOutput(head, "num_class");
        oneOutput(head, "num_tree_per_iteration");
        int count = head.numbers("max_feature_idx").one(0, FEATURES_MAX - 1) + 1;
        List<String> features = names(head.line("feature_names"), count);
        Line objective = head.line("objective");
        return new LightGbmHead(version, features, objective.value(), sigmoid(objective), announced(head));
    }

    private static String version(Line line) throws ModelFormatException {
        String version = line.value();
        if (!version.equals("v3") && !version.equals("v4")) {
            throw line.refuse(
                    "the format version is not known",
                    version,
                    "save the model with LightGBM 3 or 4, which write v3 and v4");
        }
        return version;
    }

    private static void oneOutput(Section head, String key) throws ModelFormatException {
        int outputs = head.numbers(key).one(1, Integer.MAX_VALUE);
        if (outputs != 1) {
            throw head.line(key)
                    .refuse(
                            "a model of several classes is not supported",
                            key + "=" + outputs,
                            "train one binary model a class");
        }
    }

    private static List<String> names(Line line, int count) throws ModelFormatException {
        StringTokenizer tokens = new StringTokenizer(line.value(), " ");
        if (tokens.countTokens() != count) {
            throw line.refuse(
                    "feature_names does not fit max_feature_idx",
                    tokens.countTokens() + " names",
                    "there must be " + count);
        }
        String[] names = new String[count];
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            names[i] = tokens.nextToken();
            if (!seen.add(names[i])) {
                throw line.refuse("a feature name stands twice", names[i], "name each column differently");
            }
        }
        return List.of(names);
    }

    private static double sigmoid(Line line) throws ModelFormatException {
        String[] words = line.value().split(" +");
        if (words.length == 1 && IDENTITY.contains(words[0])) {
            return Double.NaN;
        }
        if (words.length == 2 && words[0].equals("binary") && words[1].startsWith("sigmoid:")) {
            double sigmoid = Numbers.finite(line, words[1].substring("sigmoid:".length()));
            if (sigmoid > 0) {
                return sigmoid;
            }
        }
        throw line.refuse("the objective is not supported", line.value(), SUPPORTED);
    }

    private static int announced(Section head) throws ModelFormatException {
        return head.has("tree_sizes")
                ? new StringTokenizer(head.line("tree_sizes").value(), " ").countTokens()
                : -1;
    }
}
