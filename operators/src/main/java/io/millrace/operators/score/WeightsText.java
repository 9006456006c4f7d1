package io.millrace.operators.score;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Reads the text form of a linear or logistic model; {@link LinearModel} shows it. The line {@code end} is there so that
 * a cut file is never a smaller model.
 */
final class WeightsText {
    /** Each feature copies the model so far, and a file must not make that take minutes. */
    static final int FEATURES_MAX = 4_096;

    /** The blanks that {@link LinearModel} refuses in a name, so that it never has to here. */
    private static final Pattern BLANKS = Pattern.compile("\\p{javaWhitespace}+");

    private static final String WEIGHT = "weight NAME NUMBER, or weight NAME NUMBER missing NUMBER";

    private final ModelLines lines;
    private Line line;
    private String[] words;

    WeightsText(ModelLines lines) {
        this.lines = lines;
    }

    LinearModel read(String kind) throws IOException {
        advance();
        if (!line.text().equals("millrace " + kind + " 1")) {
            throw line.refuse(
                    "this is no " + kind + " model", line.text(), "the first line is `millrace " + kind + " 1`");
        }
        String source = line.source();
        advance();
        LinearModel model = LinearModel.intercept(intercept());
        for (advance(); !line.text().equals("end"); advance()) {
            model = plusWeight(model);
        }
        return model.from(source);
    }

    private double intercept() throws ModelFormatException {
        if (words.length != 2 || !words[0].equals("intercept")) {
            throw line.refuse("the intercept is missing", line.text(), "write: intercept NUMBER");
        }
        return number(1);
    }

    private LinearModel plusWeight(LinearModel model) throws ModelFormatException {
        boolean mayMiss = words.length == 5 && words[3].equals("missing");
        if (!words[0].equals("weight") || !(words.length == 3 || mayMiss)) {
            throw line.refuse("this is no weight", line.text(), "write: " + WEIGHT);
        }
        if (model.featureNames().contains(words[1])) {
            throw line.refuse("a feature stands twice", words[1], "keep one of them");
        }
        if (model.featureNames().size() == FEATURES_MAX) {
            throw line.refuse("there are too many features", words[1], "a text may have " + FEATURES_MAX);
        }
        return mayMiss ? model.plus(words[1], number(2), number(4)) : model.plus(words[1], number(2));
    }

    private double number(int word) throws ModelFormatException {
        return Numbers.finite(line, words[word]);
    }

    private void advance() throws IOException {
        do {
            line = lines.next();
            if (line == null) {
                throw lines.truncated("no line `end`", "copy the whole file again");
            }
        } while (line.text().startsWith("#"));
        words = BLANKS.split(line.text());
    }
}
