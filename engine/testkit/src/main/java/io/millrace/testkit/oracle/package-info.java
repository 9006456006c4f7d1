/**
 * Random tests of operators against an oracle: a slow, plain twin.
 *
 * <p>{@link io.millrace.testkit.oracle.Trials} makes {@link io.millrace.testkit.oracle.Trial}s from seeds: a topology,
 * how its events are made, which outputs are compared, and the oracle. It runs each trial over a random input with the
 * test driver, compares the output with what the oracle expects, and shrinks an input that fails to a small one. The
 * failure has the seed, that input, both lists, their first difference, and a test to paste.
 *
 * <p>If you need another driver, or another way to compare, use {@link io.millrace.testkit.oracle.ByHand}: it makes,
 * shrinks and prints inputs in the same way, and the test does the rest.
 *
 * <p>An input is made from {@link io.millrace.testkit.oracle.Weights} (what may happen, and how often) as
 * {@link io.millrace.testkit.oracle.Step}s, which the oracle reads as a {@link io.millrace.testkit.oracle.History}.
 */
package io.millrace.testkit.oracle;
