package io.millrace.journal;

/** What an acknowledged entry survives. */
public enum Durability {
    /** Accepted into the input ring: nothing. */
    MEMORY,
    /** Written to the system's page cache: the end of this process, {@code kill -9} too. */
    PROCESS,
    /** Forced to the device: loss of power of this machine. */
    DISK
}
