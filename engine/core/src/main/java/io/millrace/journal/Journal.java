package io.millrace.journal;

/** Where a host keeps its input. An instance is immutable options; only opening it takes hold of files. */
public interface Journal {
    /**
     * Opens the log for one host, before its intake opens: takes the lock, checks what is there, and cuts what was
     * never acknowledged.
     *
     * @param facts those of the host; those of an existing log have to be the same, except the seed
     * @return the log, to be read from its first entry or newest snapshot, and then to be appended to
     * @throws JournalException if it is in use, damaged where it was acknowledged, or has other facts, or if there is
     *     no space
     */
    JournalLog open(JournalFacts facts);

    /**
     * Opens the log for a host that may differ from the one that wrote it, to take over its snapshot: facts that differ
     * are no reason to refuse. The new facts are not recorded until {@link JournalLog#migrated}.
     *
     * @param facts those of the host; they become those of a log that begins now
     * @return the log
     * @throws JournalException as {@link #open}, or if the journal belongs to one topology for good
     */
    default JournalLog openToMigrate(JournalFacts facts) {
        throw new JournalException("this journal cannot be migrated to another topology; use another journal");
    }

    /**
     * Opens the log for reading only, even while a host appends to it. Takes no lock and changes no file.
     *
     * @return the log; it cannot be appended to
     * @throws JournalException if there is none, or it is damaged
     */
    JournalLog openToRead();
}
