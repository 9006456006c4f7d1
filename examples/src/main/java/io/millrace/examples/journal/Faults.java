package io.millrace.examples.journal;

import io.millrace.cli.Command;
import io.millrace.engine.Replay;
import io.millrace.journal.JournalException;
import io.millrace.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ServiceConfigurationError;

/** Says in one line why a command could not do its work. */
final class Faults {
    private Faults() {}

    /** Does it. */
    @FunctionalInterface
    interface Work {
        int run() throws IOException;
    }

    static int oneLine(String command, Work work) {
        String why;
        try {
            return work.run();
        } catch (FileAlreadyExistsException e) {
            why = e.getFile() + ": a file, and not a directory; name another one";
        } catch (FileSystemException e) {
            why = e.getFile() + ": cannot be used; " + reason(e) + "; name another one";
        } catch (UncheckedIOException e) {
            why = e.getCause().getMessage();
        } catch (IOException
                | JournalException
                | StateException
                | Replay.SinkException
                | IllegalArgumentException
                | IllegalStateException
                | ServiceConfigurationError e) {
            why = e.getMessage() == null ? e.toString() : e.getMessage();
        } catch (LinkageError e) { // of a user's jar, mostly
            Throwable cause = e.getCause() == null ? e : e.getCause();
            why = "a class of the topology cannot be used here (" + cause
                    + "); name all jars that it needs with --classpath, made for this version of Millrace";
        }
        System.err.println("millrace " + command + ": " + why.strip().replaceAll("\\s*\\R\\s*", " "));
        return Command.FAILED;
    }

    /** Often the class alone says it. */
    private static String reason(FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return "no permission";
        }
        if (e instanceof NoSuchFileException) {
            return "it is not there, and cannot be made there";
        }
        return e.getReason() == null ? "the system refuses it" : e.getReason();
    }
}
