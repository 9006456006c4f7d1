/**
 * What an engine requires of a journal: the log of its input, from which everything else can be worked out again. You
 * need this package to write a journal of your own; to use one, pass it to {@code Setup.journal}.
 */
package io.millrace.journal;
