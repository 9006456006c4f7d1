package io.millrace.testkit.oracle;

import io.millrace.event.Input;
import io.millrace.testkit.TestDriver;

/** An input and how its events are made. */
record Feed<V>(Input<V> input, Trial.Maker<? extends V> maker) {
    V make(Step step) {
        return maker.make(step.key(), step.timeNs(), step.value());
    }

    @SuppressWarnings("unchecked") // this made it
    void send(TestDriver driver, Object event) {
        driver.send(input, (V) event);
    }
}
