/**
 * Event time, for authors of operators: {@link io.millrace.time.Progress} as a node reads it, and sums of times that do
 * not overflow.
 */
package io.millrace.time;
