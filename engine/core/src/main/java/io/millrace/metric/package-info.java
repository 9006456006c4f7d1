/**
 * What is known of a run: hashes of its outputs ({@link io.millrace.metric.Digest}) and their comparison, where time
 * went ({@link io.millrace.metric.LatencyReport}), and counters in a mapped file
 * ({@link io.millrace.metric.CounterFile}). Digests and reports are values and may be used by any thread.
 */
package io.millrace.metric;
