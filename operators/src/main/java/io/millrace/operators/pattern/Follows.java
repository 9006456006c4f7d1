package io.millrace.operators.pattern;

import java.util.Locale;

/** How a step, or a group of steps, follows what is before it. */
public enum Follows {
    /** It is the first. */
    BEGIN,
    /** The next event of the key is its first. */
    NEXT,
    /** The next event of the key for which its condition holds is its first. */
    FOLLOWED_BY,
    /** Any later event of the key for which its condition holds is its first. */
    FOLLOWED_BY_ANY,
    /** It stands in the place of the one before. */
    OR;

    /** In words, for descriptions. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
