/**
 * Further aggregates with small summaries: the value at an extreme, covariance, correlation, trend, the mean that
 * forgets, the k largest or smallest numbers. {@link io.millrace.operators.aggregate.statistic.Statistics} has those of
 * one value, {@link io.millrace.operators.aggregate.statistic.OrderStatistics} those of k.
 *
 * <p>None takes anything away from a running number: a set of events is summed afresh, or put together of sets that are.
 */
package io.millrace.operators.aggregate.statistic;
