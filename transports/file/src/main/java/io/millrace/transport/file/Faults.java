package io.millrace.transport.file;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** What the operating system says of a file, in the user's words: one place for all texts. */
final class Faults {
    /** What it is called where it cannot be written. */
    static final String STANDARD_OUTPUT = "standard output";

    private Faults() {}

    /** The path of a name; a name that no file can have is a fault, not an exception from below. */
    static Path path(String name) throws FileFault {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw noName(name, e, System.getProperty("sun.jnu.encoding", "UTF-8"));
        }
    }

    /** In a locale such as C a process cannot say the names of all files. */
    static FileFault noName(String name, InvalidPathException e, String encoding) {
        if (isOtherThanUtf8(encoding) && !Charset.forName(encoding).newEncoder().canEncode(name)) {
            return fault(
                    name,
                    "a name that the locale of this process cannot say",
                    encoding,
                    "start it with LC_ALL=C.UTF-8, or another locale of UTF-8",
                    e);
        }
        return fault(name, "not a file name", e.getReason(), "give the path of a file", e);
    }

    /** As far as that is known: a JVM may name its encoding in a way of its own. */
    private static boolean isOtherThanUtf8(String encoding) {
        try {
            return !Charset.forName(encoding).equals(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static FileFault directory(String name) {
        return fault(name, "a directory", absolute(name), "give the path of a file in it", null);
    }

    static FileFault empty(String name) {
        return fault(name, "empty file", "0 bytes", "give a file with content", null);
    }

    static FileFault zip(String name) {
        return fault(name, "a zip file", "PK", "unzip it and give the file inside; gzip is read as it is", null);
    }

    static FileFault reading(String name, IOException e) {
        if (e instanceof FileFault known) {
            return known;
        }
        if (e instanceof NoSuchFileException) {
            return fault(name, "no such file", absolute(name), "give the path of a file that exists", e);
        }
        if (e instanceof AccessDeniedException) {
            return fault(name, "no permission to read", absolute(name), "allow this user to read it", e);
        }
        return fault(name, "cannot be read", reason(e), "check the file and its disk", e);
    }

    static FileFault writing(String name, IOException e) {
        if (e instanceof FileFault known) {
            return known;
        }
        if (e instanceof NoSuchFileException) {
            return hasDirectory(name)
                    ? fault(name, "cannot be made there", absolute(name), "name a file in another directory", e)
                    : fault(name, "no such directory", absolute(name), "make the directory first", e);
        }
        if (e instanceof AccessDeniedException) {
            return fault(name, "no permission to write", absolute(name), "allow this user to write it", e);
        }
        if (e instanceof FileClaim.Taken) {
            return fault(
                    name,
                    "is being written already",
                    "by " + e.getMessage(),
                    "end that first, or name another file",
                    e);
        }
        String reason = reason(e);
        if (isDiskFull(reason)) {
            return fault(name, "disk full", reason, "make room and run again", e);
        }
        boolean isStandard = name.equals(STANDARD_OUTPUT);
        String cure = isStandard ? "keep what reads it until this has ended" : "check the path and its disk";
        return fault(name, "cannot be written", reason, cure, e);
    }

    /** Some directories, such as /proc, take no files; and a link may lead to a directory that is gone. */
    private static boolean hasDirectory(String name) {
        Path parent = Path.of(name).toAbsolutePath().getParent();
        return parent != null && Files.isDirectory(parent);
    }

    private static boolean isDiskFull(String reason) {
        String lower = reason.toLowerCase(Locale.ROOT);
        return lower.contains("no space left")
                || lower.contains("not enough space")
                || lower.contains("quota exceeded");
    }

    private static String reason(IOException e) {
        String text = e instanceof FileSystemException inFile ? inFile.getReason() : e.getMessage();
        return text == null ? e.getClass().getSimpleName() : text;
    }

    /** Shows where a relative name was looked for: the usual reason why a file "is not there". */
    private static String absolute(String name) {
        return Path.of(name).toAbsolutePath().toString();
    }

    static FileFault fault(String name, String what, String value, String cure, Throwable cause) {
        FileFault fault = new FileFault(name, FileFault.NO_LINE, what, value, cure);
        if (cause != null) {
            fault.initCause(cause);
        }
        return fault;
    }
}
