package io.millrace.transport.journal;

import java.nio.file.Path;

/** Messages that are said in more than one place. */
final class Words {
    private Words() {}

    static String nearlyFull(Path directory, long free, long reserve) {
        return "the disk of " + directory + " is nearly full: " + free + " bytes are free, " + reserve
                + " are kept in reserve (ArchiveJournal.reserveBytes). Nothing is accepted until there are more";
    }
}
