/**
 * Models that score a row of doubles.
 *
 * <p>A {@link io.millrace.operators.score.Model} is read or built once, before the engine starts, and is immutable from
 * then on: any number of threads may share it. Scoring a row allocates nothing, touches nothing but the row and the
 * model, and gives the same bits on every JVM: sums are taken in a stated order, in {@code double}, and the logistic
 * function uses {@link StrictMath}.
 *
 * <pre>
 *   file ──ModelLines──▶ LightGbmReader ──LightGbmTree──▶ PackedTrees ──▶ GradientBoostedTrees
 *          (line, no.)    (head, order)    (one tree,      (graph checked,    (walks flat arrays)
 *                                           as written)     laid out)
 *   file ──ModelLines──▶ WeightsText ──▶ LinearModel ──▶ LogisticModel
 * </pre>
 *
 * <p>A model file is hostile until checked. Whatever is wrong with it is refused at load, with the line, as a
 * {@link io.millrace.operators.score.ModelFormatException}; what was loaded cannot fail, loop or allocate later.
 */
package io.millrace.operators.score;
