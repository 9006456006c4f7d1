package io.millrace.operators.score;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows with the library's own scores: CSV, a column a feature, raw_score, probability; empty where missing. */
record LibraryScores(List<String> features, List<Row> rows) {
    record Row(double[] values, double raw, double probability) {}

    /** Leading columns that are no feature are skipped. */
    static LibraryScores read(Reader reader, int skipped) throws IOException {
        BufferedReader lines = new BufferedReader(reader);
        String[] header = lines.readLine().split(",");
        int features = header.length - skipped - 2;
        List<Row> rows = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            double[] cells = cells(line.split(",", -1), skipped);
            rows.add(new Row(Arrays.copyOf(cells, features), cells[features], cells[features + 1]));
        }
        return new LibraryScores(List.of(header).subList(skipped, skipped + features), rows);
    }

    double rawErrorMax(Model model) {
        return rows.stream()
                .mapToDouble(r -> Math.abs(model.raw(r.values()) - r.raw()))
                .max()
                .orElseThrow();
    }

    double probabilityErrorMax(Model model) {
        return rows.stream()
                .mapToDouble(r -> Math.abs(model.probability(model.raw(r.values())) - r.probability()))
                .max()
                .orElseThrow();
    }

    private static double[] cells(String[] texts, int skipped) {
        double[] cells = new double[texts.length - skipped];
        for (int i = 0; i < cells.length; i++) {
            String text = texts[skipped + i];
            cells[i] = text.isEmpty() ? Double.NaN : Double.parseDouble(text.replace("inf", "Infinity"));
        }
        return cells;
    }
}
