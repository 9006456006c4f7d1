/**
 * How a topology is run: a {@link io.millrace.plan.Plan} is an immutable value that prints itself, with stages, segments, rings and
 * budgets. {@code Setup.plan()} answers the one of a host; {@link io.millrace.plan.PlanOptions} is handed to a test driver. The rest is read
 * by the runtime.
 */
package io.millrace.plan;
