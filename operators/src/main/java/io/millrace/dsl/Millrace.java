package io.millrace.dsl;

import io.millrace.topology.Topology;
import java.util.function.Consumer;

/** The door: {@code Millrace.topology("fraud", t -> t.from(PAYMENTS)...)}. */
public final class Millrace {
    private Millrace() {}

    /**
     * Defines a topology.
     *
     * @param name       its name, part of the identity of its outputs; as ports are named
     * @param definition says from which inputs, by which words, to which outputs
     * @return the topology: immutable, to be run by any host
     * @throws io.millrace.topology.TopologyException with all that is wrong, each with node, line and cure
     */
    public static Topology topology(String name, Consumer<TopologyBuilder> definition) {
        TopologyBuilder builder = new TopologyBuilder(name);
        try {
            definition.accept(builder);
        } catch (IllegalArgumentException e) {
            builder.graph().problem(Site.ofDefinition(e) + ": " + e.getMessage(), e);
            throw builder.graph().refusal();
        } finally {
            builder.close();
        }
        return builder.build();
    }
}
