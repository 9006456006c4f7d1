package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.file.Path;

/** Messages that are said in more than one place. */
final class Words {
    private Words() {}

    static String nearlyFull(Path directory, long free, long reserve) {
        return "the disk of " + directory + " is nearly full: " + free + " bytes are free, " + reserve
                + " are kept in reserve (ArchiveJournal.reserveBytes). Nothing is accepted until there are more";
    }

    /** The archive has found that, between our own look at the disk and its. */
    static String noRoomForAFile(Settings settings) {
        String free;
        try {
            free = settings.space.freeBytes() + " bytes are free";
        } catch (IOException e) {
            free = "how many bytes are free cannot be told: " + e;
        }
        return "its disk has no room for a file of " + settings.segmentBytes + " bytes; " + free
                + "; make room, and start again";
    }
}
