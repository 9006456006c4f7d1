/**
 * The words: where a topology is written. The door is {@link io.millrace.dsl.Millrace#topology}; each word stands on the stream that it
 * is said of, and is found after the dot. Shape classes ({@link io.millrace.dsl.LookBack}, {@link io.millrace.dsl.Aggregates},
 * {@link io.millrace.dsl.EventPattern}, {@link io.millrace.dsl.KeyedProcess}) are extended, and stand here too.
 *
 * <p>What is handed to a word, and comes out of one, belongs to the operator behind it and stands there, since operators can be used
 * without the words and do not know them:
 *
 * <ul>
 *   <li>ports and types of events: {@link io.millrace.event.Input}, {@link io.millrace.event.Output}, {@link
 *       io.millrace.event.LookupPort}, and those of SBE;
 *   <li>which windows: {@link io.millrace.operators.window.Window};
 *   <li>which rows stand beside an event: {@link io.millrace.operators.join.AsOf}, {@link io.millrace.operators.join.Interval}; what of two
 *       tables: {@link io.millrace.operators.join.JoinKind};
 *   <li>what comes out: {@link io.millrace.operators.Joined}, {@link io.millrace.operators.Scored};
 *   <li>scoring: {@link io.millrace.operators.Features}, {@link io.millrace.operators.score.Model} and the models beside it;
 *   <li>aggregates of your own: {@link io.millrace.operators.aggregate.OwnAggregate};
 *   <li>the forms of functions, which are lambdas: {@link io.millrace.operators.Fn}, and those of {@link
 *       io.millrace.operators.FlatMap}, {@link io.millrace.operators.FlatMapInPlace};
 *   <li>an operator that a front end of its own takes from a shape: {@link
 *       io.millrace.operators.lookback.LookBackOperator}.
 * </ul>
 */
package io.millrace.dsl;
