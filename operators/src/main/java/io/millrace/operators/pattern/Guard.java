package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;

/** What must not lie between the event before a position and the first event of that position. */
record Guard(int input, Condition<?> condition, int position, boolean nextOnly) {}
