package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Which names in a directory are a journal's. One with others does not become a journal: that would close it to all but its owner, and
 * clean up in it.
 */
final class Ours {
    private static final String UNFINISHED = ".new";

    /** What some file systems make at their root. */
    private static final String OF_FILE_SYSTEM = "lost+found";

    private static final Set<String> NAMES = Set.of(DirectoryLock.NAME, Manifest.NAME, MarksFile.NAME, "snapshot");

    private Ours() {}

    /** What a crash left unfinished. */
    static boolean isUnfinished(String name) {
        return name.endsWith(UNFINISHED) && isOurs(name);
    }

    static boolean isOurs(String name) {
        String finished = name.endsWith(UNFINISHED) ? name.substring(0, name.length() - UNFINISHED.length()) : name;
        return NAMES.contains(finished)
                || finished.startsWith(Notes.PREFIX)
                || Snapshot.nextOf(finished) >= 0
                || Epoch.numberOf(finished) >= 0;
    }

    /** A directory that may become a journal, or is one. */
    static void check(Path directory) throws IOException {
        if (Files.exists(directory.resolve(Manifest.NAME))) {
            return;
        }
        for (String name : Segments.names(directory)) {
            if (!isOurs(name) && !name.equals(OF_FILE_SYSTEM)) {
                throw new JournalException("no journal, and not empty; " + directory + " holds " + name
                        + "; take an empty directory, or one that is not there yet");
            }
        }
    }

    /** Makes the directory, or checks the one that is there. */
    static void make(Settings settings) throws IOException {
        boolean isThere = Files.isDirectory(settings.directory);
        Path above = settings.directory.getParent();
        if (isThere) {
            check(settings.directory);
        } else if (above != null) {
            Files.createDirectories(above);
        }
        settings.disk.createDirectory(settings.directory);
        if (!isThere && above != null) {
            settings.disk.forceDirectory(above);
        }
    }

    static void checkSpace(Settings settings) throws IOException {
        long free = settings.space.freeBytes();
        if (free < settings.reserveBytes) {
            throw new JournalException(Words.nearlyFull(settings.directory, free, settings.reserveBytes));
        }
    }

    /** Why a directory cannot become one; of one that is there, which of its files it is. */
    static JournalException failure(Path directory, IOException e) {
        String what = "cannot open the journal " + directory + ": " + e;
        if (isDiskFull(e)) {
            what += "; make room on its disk, and start again";
        } else if (e instanceof AccessDeniedException) {
            what = "no permission to write; " + e.getMessage()
                    + "; allow this user to write it, or take another directory";
        } else if (e instanceof FileAlreadyExistsException && !isDirectory(directory)) {
            what = "no directory; " + directory + " is a " + (Files.isSymbolicLink(directory) ? "link" : "file")
                    + "; name a directory, which need not be there yet";
        } else if (e instanceof NoSuchFileException && !Files.isDirectory(directory)) {
            what = "cannot be made there; " + directory + "; name a directory on a disk that can be written";
        } else if (e instanceof FileSystemException inFile && inFile.getReason() != null) {
            what = "cannot be used (" + inFile.getReason() + "); " + directory
                    + "; name another directory, or check its disk";
        }
        return new JournalException(what, e);
    }

    /** As systems say it: there is no class of exceptions for it. */
    private static boolean isDiskFull(IOException e) {
        String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return said.contains("no space left") || said.contains("not enough space") || said.contains("quota exceeded");
    }

    /** Not a link to one. */
    private static boolean isDirectory(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }
}
