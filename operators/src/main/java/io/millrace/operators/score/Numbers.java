package io.millrace.operators.score;

import java.util.StringTokenizer;

/**
 * The numbers of one {@code key=value} line, separated by blanks. How many there must be is checked before anything of
 * that size is allocated, so a small file cannot ask for a large array.
 */
final class Numbers {
    private final Line line;

    Numbers(Line line) {
        this.line = line;
    }

    int one(int min, int max) throws ModelFormatException {
        return ints(1, min, max)[0];
    }

    int[] ints(int count, int min, int max) throws ModelFormatException {
        StringTokenizer tokens = tokens(count);
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (int) whole(tokens.nextToken(), min, max);
        }
        return numbers;
    }

    /** 32-bit words written as unsigned decimals, as many as there are. */
    int[] words(int count) throws ModelFormatException {
        StringTokenizer tokens = tokens(count);
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = (int) whole(tokens.nextToken(), 0, 0xFFFF_FFFFL);
        }
        return words;
    }

    /** As {@link #finite(int)}, and {@code inf}: the library splits off all that is not missing with that. */
    double[] thresholds(int count) throws ModelFormatException {
        StringTokenizer tokens = tokens(count);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            String token = tokens.nextToken();
            numbers[i] = token.equals("inf") ? Double.POSITIVE_INFINITY : finite(line, token);
        }
        return numbers;
    }

    double[] finite(int count) throws ModelFormatException {
        StringTokenizer tokens = tokens(count);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = finite(line, tokens.nextToken());
        }
        return numbers;
    }

    ModelFormatException refuse(String what, String value, String cure) {
        return line.refuse(what, value, cure);
    }

    /** A finite decimal number. Java's own parser also takes "NaN", "0x1p3" and "1f", which no model means. */
    static double finite(Line line, String token) throws ModelFormatException {
        try {
            if (isDecimal(token)) {
                double number = Double.parseDouble(token);
                if (Double.isFinite(number)) {
                    return number;
                }
            }
        } catch (NumberFormatException e) {
            // Falls through to the refusal: the exception knows nothing that the token does not say.
        }
        throw line.refuse(nameOf(line) + " is not a finite number", token, "write it as a decimal such as -1.5e-3");
    }

    private long whole(String token, long min, long max) throws ModelFormatException {
        long number;
        try {
            number = Long.parseLong(token);
        } catch (NumberFormatException e) {
            throw line.refuse(line.key() + " is not a whole number", token, "save the model again");
        }
        if (number < min || number > max) {
            throw line.refuse(line.key() + " is out of range", token, "it must lie in " + min + " to " + max);
        }
        return number;
    }

    private StringTokenizer tokens(int count) throws ModelFormatException {
        StringTokenizer tokens = new StringTokenizer(line.value(), " ");
        int found = tokens.countTokens();
        if (found != count) {
            throw line.refuse(
                    line.key() + " has the wrong number of values", Integer.toString(found), "it must have " + count);
        }
        return tokens;
    }

    private static boolean isDecimal(String token) {
        return token.chars().allMatch(c -> c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0);
    }

    private static String nameOf(Line line) {
        return line.hasValue() ? line.key() : "a value";
    }
}
