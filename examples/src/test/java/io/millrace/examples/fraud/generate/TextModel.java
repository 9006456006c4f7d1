package io.millrace.examples.fraud.generate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model read from LightGBM's text, with nothing in common with the code that writes it: trees are found by
 * {@code tree_sizes} alone, and decisions are taken as LightGBM's {@code NumericalDecision} takes them.
 */
final class TextModel {
    private static final int DEFAULT_LEFT = 2;
    private static final int MISSING_TYPE = 12;
    private static final int MISSING_IS_NAN = 8;

    final Map<String, String[]> header;
    final List<Map<String, String[]>> trees = new ArrayList<>();
    final String rest;

    TextModel(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int at = text.indexOf("\n\n") + 2;
        header = fields(text.substring(0, at));
        for (String size : header.get("tree_sizes")) {
            int length = Integer.parseInt(size);
            trees.add(fields(new String(bytes, at, length, StandardCharsets.US_ASCII)));
            at += length;
        }
        rest = new String(bytes, at, bytes.length - at, StandardCharsets.US_ASCII);
    }

    double rawScore(double[] row) {
        double sum = 0;
        for (Map<String, String[]> tree : trees) {
            int at = 0;
            while (at >= 0) {
                boolean left = goesLeft(tree, at, row);
                at = Integer.parseInt(of(tree, left ? "left_child" : "right_child", at));
            }
            sum += Double.parseDouble(of(tree, "leaf_value", ~at));
        }
        return sum;
    }

    /** One of the numbers of a line. */
    static String of(Map<String, String[]> tree, String key, int index) {
        return tree.get(key)[index];
    }

    private static boolean goesLeft(Map<String, String[]> tree, int node, double[] row) {
        int type = Integer.parseInt(of(tree, "decision_type", node));
        double value = row[Integer.parseInt(of(tree, "split_feature", node))];
        if (Double.isNaN(value)) {
            if ((type & MISSING_TYPE) == MISSING_IS_NAN) {
                return (type & DEFAULT_LEFT) != 0;
            }
            value = 0;
        }
        return value <= Double.parseDouble(of(tree, "threshold", node));
    }

    private static Map<String, String[]> fields(String block) {
        Map<String, String[]> fields = new HashMap<>();
        for (String line : block.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                fields.put(line.substring(0, equals), line.substring(equals + 1).split(" "));
            }
        }
        return fields;
    }
}
