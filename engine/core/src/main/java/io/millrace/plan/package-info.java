/**
 * How a topology is run: a {@link io.millrace.plan.Plan} is an immutable value that prints itself, with stages,
 * segments, rings and budgets. {@code Setup.plan()} returns that of a host; {@link io.millrace.plan.PlanOptions} is
 * passed to a test driver. The other types are read by the runtime.
 */
package io.millrace.plan;
