package io.millrace.transport.aeron;

/** Which threads run the media driver of this process. */
public enum Threading {
    /**
     * As suits the number of processors: {@link #SHARED} up to four, {@link #SHARED_NETWORK} up to seven, otherwise
     * {@link #DEDICATED}.
     */
    FITTING,
    /** One thread for everything, which backs off while nothing comes. */
    SHARED,
    /** One thread for the network, one for the requests of clients. */
    SHARED_NETWORK,
    /** Three threads; those for sending and receiving never give their cores away. */
    DEDICATED,
    /**
     * No thread: the thread that uses the media runs the driver in between, by {@link AeronMedia#doWork}. Sources,
     * sinks and clients of such media belong to one thread.
     */
    INVOKER
}
