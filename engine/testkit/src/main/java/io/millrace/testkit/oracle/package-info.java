/**
 * Random tests of operators against a slow plain twin of them, the oracle.
 *
 * <p>{@link io.millrace.testkit.oracle.Trials} makes {@link io.millrace.testkit.oracle.Trial}s from seeds: a topology, how its
 * events are made, which outputs are compared, and the oracle. It runs each over a random input with the test driver, compares
 * what came out with what the oracle says, and shrinks an input that fails to a small one. The failure holds the seed, that
 * input, both lists, their first difference, and a test to paste.
 *
 * <p>What needs another driver, or another way to compare, is a {@link io.millrace.testkit.oracle.ByHand}: the same input, shrunk
 * and printed in the same way, and the test does the rest.
 *
 * <p>The pages of an input go from {@link io.millrace.testkit.oracle.Weights} (what may happen, how often) to
 * {@link io.millrace.testkit.oracle.Step}s, which the oracle reads as a {@link io.millrace.testkit.oracle.History}.
 */
package io.millrace.testkit.oracle;
