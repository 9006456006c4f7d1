/**
 * Aggregates of bounded size over what has no bound: distinct values, quantiles, the most frequent values. {@link
 * io.millrace.operators.aggregate.sketch.Sketches} has them all.
 *
 * <p>Each is some longs, in a window as in a page of state, and says what its bound costs: nothing (exact up to it, and
 * known to be exceeded beyond), or an error that is stated. None draws random numbers: the same events give the same
 * result.
 */
package io.millrace.operators.aggregate.sketch;
