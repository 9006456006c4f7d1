package io.millrace.plan;

import io.millrace.metric.DigestOptions;

/**
 * What decides the plan besides the topology.
 *
 * @param threads whether threads that the topology asks for are given
 * @param copies whether node classes are defined once for each node
 * @param stateBytes the state budget of the engine, in bytes
 * @param edgeSlots the slots of a ring between two stages, unless one entry needs more there
 * @param cutViews whether views are cut off after each entry (in the test driver, and if assertions are enabled)
 * @param hashSeed seeds the hashes of keys; no result depends on it
 * @param ringSlots the slots of the host's input ring; 0 for a host that has none
 * @param digest what is kept of the outputs
 * @param blameEvery one entry of this many is sampled to measure where its time goes; 0 for none
 * @param heldOutputs how many outputs of a stage may wait for the journal, a power of two;
 *     {@link HeldPlan#AS_MANY_AS_FIT}; 0 without a journal
 */
public record PlanOptions(
        boolean threads,
        boolean copies,
        long stateBytes,
        int edgeSlots,
        boolean cutViews,
        long hashSeed,
        int ringSlots,
        DigestOptions digest,
        int blameEvery,
        int heldOutputs) {
    /** The default state budget: 256 MiB. */
    public static final long DEFAULT_STATE_BYTES = 256L << 20;

    /** The default number of slots between two stages. */
    public static final int EDGE_SLOTS = 1024;

    /** The seed of runs that have to be the same in every respect, such as tests. */
    public static final long DEFAULT_HASH_SEED = 0x6d696c6c72616365L;

    private static final int DRIVER_DIGEST_EVERY = 64;

    /**
     * Returns options for one thread, compiled for speed. Views are cut off if assertions are enabled.
     *
     * @return what the inline host uses
     */
    public static PlanOptions fused() {
        boolean cutViews = PlanOptions.class.desiredAssertionStatus();
        return new PlanOptions(
                false, true, DEFAULT_STATE_BYTES, EDGE_SLOTS, cutViews, DEFAULT_HASH_SEED, 0, DigestOptions.NONE, 0, 0);
    }

    /**
     * Returns options for one thread, with views cut off and classes as they are.
     *
     * @return what the test driver uses
     */
    public static PlanOptions tested() {
        return new PlanOptions(
                false,
                false,
                DEFAULT_STATE_BYTES,
                EDGE_SLOTS,
                true,
                DEFAULT_HASH_SEED,
                0,
                DigestOptions.every(DRIVER_DIGEST_EVERY),
                0,
                0);
    }

    /**
     * Sets the state budget.
     *
     * @param bytes for all operators together
     * @return a changed copy
     */
    public PlanOptions withStateBytes(long bytes) {
        return new PlanOptions(
                threads, copies, bytes, edgeSlots, cutViews, hashSeed, ringSlots, digest, blameEvery, heldOutputs);
    }

    /**
     * Sets the hash seed.
     *
     * @param seed for hashes of keys
     * @return a changed copy
     */
    public PlanOptions withHashSeed(long seed) {
        return new PlanOptions(
                threads, copies, stateBytes, edgeSlots, cutViews, seed, ringSlots, digest, blameEvery, heldOutputs);
    }

    /**
     * Sets the slots of the input ring.
     *
     * @param slots how many; 0 for no ring
     * @return a changed copy
     */
    public PlanOptions withRingSlots(int slots) {
        return new PlanOptions(
                threads, copies, stateBytes, edgeSlots, cutViews, hashSeed, slots, digest, blameEvery, heldOutputs);
    }

    /**
     * Gives the threads that the topology asks for.
     *
     * @return what the live engine uses
     */
    public PlanOptions withThreads() {
        return new PlanOptions(
                true, copies, stateBytes, edgeSlots, cutViews, hashSeed, ringSlots, digest, blameEvery, heldOutputs);
    }

    /**
     * Sets the slots between two stages. Each ring has at least what one entry can cause on it.
     *
     * @param slots a power of two
     * @return a changed copy
     */
    public PlanOptions withEdgeSlots(int slots) {
        return new PlanOptions(
                threads, copies, stateBytes, slots, cutViews, hashSeed, ringSlots, digest, blameEvery, heldOutputs);
    }

    /**
     * Makes the rings between stages as small as is legal: each holds what one entry can cause on it.
     *
     * @return a changed copy
     */
    public PlanOptions withSmallestRings() {
        return new PlanOptions(
                threads, copies, stateBytes, 1, cutViews, hashSeed, ringSlots, digest, blameEvery, heldOutputs);
    }

    /**
     * Sets the digest.
     *
     * @param kept what is kept of the outputs
     * @return a changed copy
     */
    public PlanOptions withDigest(DigestOptions kept) {
        return new PlanOptions(
                threads, copies, stateBytes, edgeSlots, cutViews, hashSeed, ringSlots, kept, blameEvery, heldOutputs);
    }

    /**
     * Measures time node by node.
     *
     * @param entries one of this many is measured, a power of two; 0 for none
     * @return a changed copy
     */
    public PlanOptions withBlameEvery(int entries) {
        return new PlanOptions(
                threads, copies, stateBytes, edgeSlots, cutViews, hashSeed, ringSlots, digest, entries, heldOutputs);
    }

    /**
     * Adds a journal, for which outputs wait.
     *
     * @param outputs how many of a stage at most, a power of two; {@link HeldPlan#AS_MANY_AS_FIT}; 0 for none
     * @return a changed copy
     */
    public PlanOptions withHeldOutputs(int outputs) {
        return new PlanOptions(
                threads, copies, stateBytes, edgeSlots, cutViews, hashSeed, ringSlots, digest, blameEvery, outputs);
    }
}
