/**
 * What is told of a run: hashes of its outputs ({@link io.millrace.metric.Digest}) and how two are compared, where time went ({@link
 * io.millrace.metric.LatencyReport}), and counters in a mapped file ({@link io.millrace.metric.CounterFile}). Values, for any thread.
 */
package io.millrace.metric;
