package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;

/** What must not lie between the event before a place of a sequence and the first event of that place, or behind the sequence. */
record Guard(int input, Condition<?> condition, int place, boolean nextOnly) {}
