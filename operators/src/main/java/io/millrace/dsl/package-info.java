/**
 * The words in which a topology is written. It begins with {@link io.millrace.dsl.Millrace#topology}; each word is a
 * method of the stream that it is said of. You extend the shape classes ({@link io.millrace.dsl.LookBack},
 * {@link io.millrace.dsl.Aggregates}, {@link io.millrace.dsl.EventPattern}, {@link io.millrace.dsl.KeyedProcess}),
 * which are in this package too.
 *
 * <p>What words take and return belongs to the operators, and is in their packages, since operators can be used without
 * the words and do not know them:
 *
 * <ul>
 *   <li>ports and types of events: {@link io.millrace.event.Input}, {@link io.millrace.event.Output},
 *       {@link io.millrace.event.LookupPort}, and those of SBE;
 *   <li>kinds of windows: {@link io.millrace.operators.window.Window};
 *   <li>which rows stand beside an event: {@link io.millrace.operators.join.AsOf},
 *       {@link io.millrace.operators.join.Interval}; which pairs of two tables:
 *       {@link io.millrace.operators.join.JoinKind};
 *   <li>results: {@link io.millrace.operators.Joined}, {@link io.millrace.operators.Scored};
 *   <li>scoring: {@link io.millrace.operators.Features}, {@link io.millrace.operators.score.Model} and the models
 *       beside it;
 *   <li>aggregates of your own: {@link io.millrace.operators.aggregate.OwnAggregate};
 *   <li>the interfaces of functions, for which you write lambdas: {@link io.millrace.operators.Fn}, and those of
 *       {@link io.millrace.operators.FlatMap} and {@link io.millrace.operators.FlatMapInPlace};
 *   <li>for a front end of your own, the operator that is made of a shape class:
 *       {@link io.millrace.operators.lookback.LookBackOperator}.
 * </ul>
 */
package io.millrace.dsl;
