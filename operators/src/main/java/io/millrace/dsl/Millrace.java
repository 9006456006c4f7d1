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
     * @throws io.millrace.topology.TopologyException with all that is wrong, each with node, line and cure; what the definition, or a
     *     constructor that a word calls, throws is among it. A {@link VirtualMachineError} goes through
     */
    public static Topology topology(String name, Consumer<TopologyBuilder> definition) {
        TopologyBuilder builder = new TopologyBuilder(name);
        if (definition == null) {
            builder.graph().problem("its definition is null; give one that begins with from(input)");
            throw builder.graph().refusal();
        }
        try {
            definition.accept(builder);
        } catch (Throwable t) {
            Throwable told = Faults.told(t, Site.wordOf(t));
            builder.tellOfBegun(t);
            builder.graph().problem(Site.ofDefinition(t) + ": " + told.getMessage(), told);
            throw builder.graph().refusal();
        } finally {
            builder.close();
        }
        return builder.build();
    }
}
