package io.millrace.operators.lookback;

/**
 * What a node is made of.
 *
 * @param shape   the user's object
 * @param history what it declares
 * @param layout  how that lies in memory
 * @param keys    the state
 */
record NodeShape(Object shape, History history, Layout layout, Keys keys) {}
