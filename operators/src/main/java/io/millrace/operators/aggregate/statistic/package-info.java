/**
 * Further aggregates with small summaries: the value at an extreme, covariance, correlation, trend, the mean that
 * forgets. {@link io.millrace.operators.aggregate.statistic.Statistics} has them all.
 *
 * <p>None takes anything away from a running number: a set of events is summed afresh, or put together of sets that are.
 */
package io.millrace.operators.aggregate.statistic;
