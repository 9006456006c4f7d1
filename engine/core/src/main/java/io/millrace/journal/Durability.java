package io.millrace.journal;

/** What an acknowledged entry survives. */
public enum Durability {
    /** Nothing: the entry is accepted into the input ring only. */
    MEMORY,
    /**
     * The end of this process, {@code kill -9} included: the entry is written to the page cache of the operating
     * system.
     */
    PROCESS,
    /** A power loss of this machine: the entry is forced to the device. */
    DISK
}
