package io.millrace.examples.fraud;

import io.millrace.examples.cli.Nearest;
import io.millrace.operators.score.GradientBoostedTrees;
import io.millrace.operators.score.Model;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** Reads the model that scores. */
final class Models {
    private static final String BUNDLED = "fraud-model.txt";

    private Models() {}

    /** The model of a file, or the bundled one. */
    static Model read(String file) throws IOException {
        Model model = file == null ? bundled() : fromFile(file);
        String source = file == null ? BUNDLED : file;
        for (String feature : model.featureNames()) {
            if (!FraudTopology.FEATURES.columns().contains(feature)) {
                throw new FileFault(
                        source,
                        0,
                        "the model asks for a feature that there is not",
                        feature,
                        "the nearest is " + Nearest.of(feature, FraudTopology.FEATURES.columns()));
            }
        }
        if (!model.hasProbability()) {
            throw new FileFault(source, 0, "the model gives no probability", "a regression", "use a binary classifier");
        }
        return model;
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

    private static Model fromFile(String file) throws IOException {
        try (Reader in = new InputStreamReader(FileInput.open(file), StandardCharsets.UTF_8)) {
            return GradientBoostedTrees.readLightGbm(in, file);
        }
    }
}
