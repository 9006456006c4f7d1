/**
 * What windows and look-backs compute of many events.
 *
 * <p>A shape class declares ({@link io.millrace.operators.aggregate.Declarations}) an {@link
 * io.millrace.operators.aggregate.Aggregate} of {@link io.millrace.operators.aggregate.Argument}s for each field. What is
 * kept is a {@link io.millrace.operators.aggregate.Fold} of some longs; aggregates with the same fold of the same
 * arguments share it. Results are written into {@link io.millrace.operators.aggregate.Cell}s. To add an aggregate of your
 * own extend {@link io.millrace.operators.aggregate.OwnAggregate}: one class, nothing else.
 */
package io.millrace.operators.aggregate;
