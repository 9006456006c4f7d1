package io.millrace.transport.aeron;

/** Which threads run a media driver of our own. */
public enum Threading {
    /** As suits the processors: {@link #SHARED} up to four, {@link #SHARED_NETWORK} up to seven, else {@link #DEDICATED}. */
    FITTING,
    /** One thread for all, which backs off while nothing comes. */
    SHARED,
    /** One for the network, one for what clients ask. */
    SHARED_NETWORK,
    /** Three threads; those for sending and receiving never give their cores away. */
    DEDICATED,
    /**
     * No thread: whoever uses the media runs the driver in between, by {@link AeronMedia#doWork}. Sources, sinks and clients of
     * such media belong to one thread.
     */
    INVOKER
}
