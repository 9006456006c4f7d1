package io.millrace.operators.pattern;

/** How a step stands to the step before it. */
public enum Follows {
    /** It is the first. */
    BEGIN,
    /** The next event of the key is its first. */
    NEXT,
    /** The next event of the key for which its condition holds is its first. */
    FOLLOWED_BY,
    /** Any later event of the key for which its condition holds is its first. */
    FOLLOWED_BY_ANY,
    /** It stands in the place of the step before. */
    OR
}
