/**
 * Windows: aggregates of the events of a key within periods of event time, counts of events, or sessions.
 *
 * <p>{@link io.millrace.operators.window.Window} says which; {@link io.millrace.operators.window.WindowOperator} is the
 * operator. A node reads the arguments of an event and hands them to a {@code WindowState}, one class for each kind of
 * window, which keeps blocks of folds ({@code WindowLayout}) and sends results ({@code Results}).
 *
 * <p>{@link io.millrace.operators.window.GroupOperator} is their like for a table, whose rows come, change and go: its window is all of
 * time, and its sums are a tree ({@code GroupTree}).
 */
package io.millrace.operators.window;
