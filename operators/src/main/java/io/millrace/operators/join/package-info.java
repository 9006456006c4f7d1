/**
 * Joins: what puts two streams side by side. As-of joins, interval joins, joins of tables and of windows, and views.
 *
 * <p>All keep events of their sides by key in timelines, and send pairs as {@link
 * io.millrace.operators.Joined}.
 */
package io.millrace.operators.join;
