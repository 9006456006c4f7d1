/**
 * Fewer events of a key: {@code dedupe}, {@code throttle} and {@code conflate}. The words are in
 * {@code io.millrace.dsl}.
 */
package io.millrace.operators.rate;
