package io.millrace.operators.pattern;

/** Which other matches and runs go when a match has been sent: those that begin within a part of it. */
enum AfterMatch {
    NO_SKIP("none"),
    TO_NEXT("those that begin with the same event"),
    PAST_LAST("those that begin within it"),
    TO_FIRST("those that begin before the first of "),
    TO_LAST("those that begin before the last of ");

    final String text;

    AfterMatch(String text) {
        this.text = text;
    }
}
