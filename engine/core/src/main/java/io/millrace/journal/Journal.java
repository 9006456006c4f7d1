package io.millrace.journal;

/** Where a host keeps its input. Immutable options: opening is what takes hold of files. */
public interface Journal {
    /**
     * Opens the log for one host, before its intake does: takes the lock, checks what is there, cuts what was never
     * acknowledged.
     *
     * @param facts of the host; those of a log that exists have to be the same, but for the seed
     * @return the log, to be read from its first entry or newest snapshot, and then to be appended to
     * @throws JournalException when it is in use, damaged where it was acknowledged, of other facts, or there is no space
     */
    JournalLog open(JournalFacts facts);

    /**
     * Opens the log for a host that may be another than the one that wrote it, to take over its snapshot: facts that differ are no reason
     * to refuse. Nothing is noted of them until {@link JournalLog#migrated}.
     *
     * @param facts of the host; those of a log that begins now
     * @return the log
     * @throws JournalException as {@link #open}, or when the journal belongs to one topology for good
     */
    default JournalLog openToMigrate(JournalFacts facts) {
        throw new JournalException("this journal belongs to one topology for good; take another one");
    }

    /**
     * Opens the log to be read only, also while a host appends to it: takes no lock, changes no file.
     *
     * @return the log; it cannot be appended to
     * @throws JournalException when there is none, or it is damaged
     */
    JournalLog openToRead();
}
