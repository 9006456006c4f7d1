package io.millrace.dsl;

import io.millrace.topology.Topology;
import java.util.function.Consumer;

/** Where a topology begins: {@code Millrace.topology("fraud", t -> t.from(PAYMENTS)...)}. */
public final class Millrace {
    private Millrace() {}

    /**
     * Defines a topology.
     *
     * <p>The definition runs once, before this method returns. All problems that it has are collected and reported
     * together, so that one call shows everything that has to be mended.
     *
     * @param name       the name of the topology, which is part of the identity of its outputs; the same rules hold as
     *     for names of ports
     * @param definition leads streams from inputs, by words, to outputs
     * @return the topology: immutable, to be run by any host
     * @throws io.millrace.topology.TopologyException if anything is wrong; it lists all problems, each with node, line
     *     and cure. Among them is what the definition threw, or the constructor of a class that a word was given; only
     *     a {@link VirtualMachineError} is passed on as it is
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
