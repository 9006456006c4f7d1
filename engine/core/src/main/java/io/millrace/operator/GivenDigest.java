package io.millrace.operator;

import java.util.regex.Pattern;

/**
 * What is kept and compared of something that an operator was given and that computes, such as a model
 * ({@link Operator#digests}): the same wherever it was read from, and different as soon as it computes something else.
 */
public final class GivenDigest {
    private static final String KIND = "SHA-256 ";
    private static final Pattern REST = Pattern.compile("(?<=" + KIND + "[0-9a-f]{12})[0-9a-f]{52}");

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

    private GivenDigest() {}

    /**
     * Returns what is kept.
     *
     * @param digest 64 hexadecimal digits
     * @return the digest with its kind
     * @throws IllegalArgumentException for anything else, which would be shown whole or cut in the middle
     */
    public static String kept(String digest) {
        if (!DIGITS.matcher(digest).matches()) {
            throw new IllegalArgumentException(
                    "a digest must be 64 hexadecimal digits in lower case, not " + digest + "; give the whole SHA-256");
        }
        return KIND + digest;
    }

    /**
     * Shortens the digests in a text for people, to whom the beginning is enough to distinguish one from another.
     *
     * @param text which may contain kept digests
     * @return the same text with short ones
     */
    public static String shown(String text) {
        return REST.matcher(text).replaceAll("...");
    }
}
