/**
 * Card payments out of nothing, and the model that scores them.
 *
 * <p>{@link io.millrace.examples.fraud.generate.PaymentGenerator} makes the stream that the fraud example reads when it
 * is given no file; {@link io.millrace.examples.fraud.generate.ModelTrainer} trained the bundled model on such a
 * stream. Both are functions of their arguments alone: the same arguments give the same bytes on every machine and
 * every JDK. That is why nothing here draws from {@code java.util.Random}, walks over a hash table, calls
 * {@code Math.log} or {@code Math.exp} (their last digit is free; that of {@code StrictMath} is not) or prints a double
 * with {@code Double.toString} (its digits changed with JDK 19).
 */
package io.millrace.examples.fraud.generate;
