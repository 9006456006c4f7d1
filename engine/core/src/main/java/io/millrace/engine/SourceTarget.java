package io.millrace.engine;

import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.RefusedException;
import io.millrace.topology.TopologyNode;
import io.millrace.transport.EventSource;

/**
 * Takes what a bound source brings. An event that is refused has been counted by its publisher; here it becomes a dead letter,
 * because the source cannot do anything about it and those behind it are no worse for it. The thread that polls the source.
 */
final class SourceTarget<V> implements EventSource.Target<V> {
    /** It has no place in the order. */
    private static final long NO_SEQUENCE = -1;

    private final Publisher<V> publisher;
    private final DeadLetters deadLetters;
    private final int node;

    SourceTarget(Publisher<V> publisher, Host host, Input<V> input) {
        this.publisher = publisher;
        deadLetters = host.deadLetters();
        node = node(host, input);
    }

    private static int node(Host host, Input<?> input) {
        for (TopologyNode n : host.core().plan().topology().nodes()) {
            if (n.input() == input) {
                return n.id();
            }
        }
        throw new IllegalArgumentException("input " + input.name() + " is not one of " + host.name());
    }

    @Override
    public void take(V event, Header header) {
        try {
            publisher.publish(event, header);
        } catch (RefusedException e) {
            deadLetters.letter(NO_SEQUENCE, node, e.reason(), e.getMessage(), null, null, 0);
        }
    }
}
