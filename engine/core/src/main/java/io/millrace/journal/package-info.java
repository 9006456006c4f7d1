/**
 * What an engine asks of a journal: the log of its input, from which all else can be made again. For who writes one; who
 * uses one hands it to {@code Setup.journal}.
 */
package io.millrace.journal;
