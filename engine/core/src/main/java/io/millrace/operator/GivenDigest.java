package io.millrace.operator;

import java.util.regex.Pattern;

/**
 * What is kept and compared of something that an operator was given and that computes, a model say ({@link Operator#digests}): the same
 * wherever it was read from, and another as soon as it computes something else.
 */
public final class GivenDigest {
    private static final String KIND = "SHA-256 ";
    private static final Pattern REST = Pattern.compile("(?<=" + KIND + "[0-9a-f]{12})[0-9a-f]{52}");

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

    private GivenDigest() {}

    /**
     * What is kept.
     *
     * @param digest 64 hexadecimal digits
     * @return with what kind of digest it is
     * @throws IllegalArgumentException for anything else, which would be shown whole or cut in the middle
     */
    public static String kept(String digest) {
        if (!DIGITS.matcher(digest).matches()) {
            throw new IllegalArgumentException(
                    "a digest is 64 hexadecimal digits in lower case, this is " + digest + "; give the whole SHA-256");
        }
        return KIND + digest;
    }

    /**
     * A text for people, to whom the beginning of a digest is enough to tell it from another.
     *
     * @param text in which there may be such that are kept
     * @return the same with short ones
     */
    public static String shown(String text) {
        return REST.matcher(text).replaceAll("...");
    }
}
