package io.millrace.testkit;

import io.millrace.event.Input;
import io.millrace.plan.PlanOptions;
import io.millrace.state.Migration;
import io.millrace.topology.Topology;

/** Takes a snapshot over into a changed topology, as a host with a journal does. */
public final class TestUpgrade {
    private TestUpgrade() {}

    /**
     * Makes a driver of a changed topology that goes on from a snapshot of the topology before.
     *
     * @param topology the changed topology
     * @param options  options with the same seed of hashes
     * @param snapshot from {@link TestDriver#snapshot} of the topology before
     * @param how      what becomes of the state
     * @param live     inputs that are {@link TestDriver#live} without saying it themselves
     * @return a driver without outputs
     * @throws io.millrace.state.StateException if some of the state cannot be taken over; names all of it, with cures
     */
    public static TestDriver restore(
            Topology topology, PlanOptions options, byte[] snapshot, Migration how, Input<?>... live) {
        return new TestDriver(topology, options, live).load(snapshot, how);
    }
}
