package io.millrace.examples.fraud.generate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains the model that the fraud example brings along, and says how good it is.
 *
 * <p>The first 40 % of a generated stream fill the windows, the next 40 % are learned from, the last 20 % are kept back
 * to judge the result. The same seed gives the same file to the byte.
 */
public final class ModelTrainer {
    private static final int PAYMENTS = 1_000_000;
    private static final int CARDS = 100_000;

    /** The stream that the fraud example makes when it is told nothing. */
    private static final long DEFAULT_RUN_SEED = 1;

    private ModelTrainer() {}

    /**
     * Trains and writes a model.
     *
     * @param args {@code --seed S --out FILE}
     * @throws IOException if the file cannot be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 4 || !args[0].equals("--seed") || !args[2].equals("--out")) {
            System.err.println("usage: ModelTrainer --seed S --out FILE");
            System.exit(2);
        }
        long seed = Long.parseLong(args[1]);
        LabelledRows rows = LabelledRows.of(new PaymentGenerator(PAYMENTS, seed, CARDS), PAYMENTS / 5 * 2, PAYMENTS);
        LabelledRows learned = rows.slice(0, PAYMENTS / 5 * 2);
        BinnedRows binned = new BinnedRows(learned);
        BoostedTrees model = BoostedTrees.train(learned, binned);
        Files.writeString(Path.of(args[3]), LightGbmText.of(model, binned), StandardCharsets.US_ASCII);
        LabelledRows kept = rows.slice(PAYMENTS / 5 * 2, rows.size());
        LabelledRows defaultRun = LabelledRows.of(new PaymentGenerator(PAYMENTS, DEFAULT_RUN_SEED, CARDS), 0, PAYMENTS);
        System.out.println("learned from: " + Evaluation.of(model, learned));
        System.out.println("kept back:    " + Evaluation.of(model, kept));
        System.out.println("default run:  " + Evaluation.of(model, defaultRun));
    }
}
