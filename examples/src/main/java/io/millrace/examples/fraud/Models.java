package io.millrace.examples.fraud;

import io.millrace.cli.Nearest;
import io.millrace.cli.StoppableInput;
import io.millrace.operators.score.GradientBoostedTrees;
import io.millrace.operators.score.Model;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads the model that scores. */
final class Models {
    private static final String BUNDLED = "fraud-model.txt";

    private Models() {}

    /** The model of a file, or the bundled one; waiting for the file ends when stopped. */
    static Model read(String file, BooleanSupplier stopped) throws IOException {
        if (file == null) {
            return bundled();
        }
        String text = text(file, stopped);
        Model model = GradientBoostedTrees.readLightGbm(new StringReader(text), file);
        for (String feature : model.featureNames()) {
            if (!FraudTopology.FEATURES.columns().contains(feature)) {
                throw new FileFault(
                        file,
                        line(text, "feature_names="),
                        "the model asks for a feature that there is not",
                        feature,
                        "the nearest is " + Nearest.of(feature, FraudTopology.FEATURES.columns()));
            }
        }
        if (!model.hasProbability()) {
            throw new FileFault(
                    file,
                    line(text, "objective="),
                    "the model gives no probability",
                    "a regression",
                    "use a binary classifier");
        }
        return model;
    }

    private static String text(String file, BooleanSupplier stopped) throws IOException {
        try (InputStream in = StoppableInput.maybeSilent(file)
                ? FileInput.of(file, StoppableInput.open(file, stopped))
                : FileInput.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Where a line that starts so stands, from 1. */
    private static long line(String text, String start) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(start)) {
                return i + 1;
            }
        }
        throw new IllegalStateException("a model was read without " + start);
    }

    /** The model made by {@code generate.ModelTrainer}; {@code fraud-model.md} beside it says how. */
    static Model bundled() throws IOException {
        try (InputStream in = Models.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new FileFault(BUNDLED, 0, "the bundled model is missing", "", "build the examples again");
            }
            return GradientBoostedTrees.readLightGbm(new InputStreamReader(in, StandardCharsets.UTF_8), BUNDLED);
        }
    }
}
