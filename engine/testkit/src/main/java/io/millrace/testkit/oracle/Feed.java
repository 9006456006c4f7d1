package io.millrace.testkit.oracle;

import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.testkit.Asked;
import io.millrace.testkit.TestDriver;
import java.util.List;

/**
 * An input and how its events are made.
 *
 * @param input what is fed
 * @param maker makes an event
 * @param asks  where requests are asked that it answers; null for an input that answers none
 * @param <V>   the event
 */
record Feed<V>(Input<V> input, Trial.Maker<? extends V> maker, LookupPort<?, ?> asks) {
    V make(Step step) {
        return maker.make(step.key(), step.timeNs(), step.value());
    }

    /** A reply to a request that has not been made is not sent. */
    @SuppressWarnings("unchecked") // this made it
    void send(TestDriver driver, Object event, Step step, List<Asked<?>> asked) {
        if (asks == null) {
            driver.send(input, (V) event);
        } else if (step.key() < asked.size()) {
            Header header = asked.get(asked.size() - 1 - (int) step.key()).header();
            driver.send(input, (V) event, header);
        }
    }
}
