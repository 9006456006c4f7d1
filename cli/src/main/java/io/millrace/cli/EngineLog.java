package io.millrace.cli;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What engines log, as the words of the command that runs them: one line each, on standard error. How far a start on a journal is that takes long
 * is progress, and shown as that: on a terminal, and not when quiet.
 */
public final class EngineLog {
    /** Kept, or their levels would be forgotten. */
    private static final Logger ALL = Logger.getLogger("io.millrace");

    private static final Logger START = Logger.getLogger("io.millrace.engine.start");

    private EngineLog() {}

    /**
     * From now on it is shown so.
     *
     * @param command the command's name
     * @param least   what is shown of all that engines log, but for a start: of that warnings are shown always
     * @param quiet   whether no progress is to be shown
     */
    public static void show(String command, Level least, boolean quiet) {
        show(command, least, Progress.isShown() && !quiet ? Level.INFO : Level.WARNING);
    }

    static void show(String command, Level least, Level leastOfStart) {
        for (Handler before : ALL.getHandlers()) {
            ALL.removeHandler(before);
        }
        ALL.addHandler(new Lines(command));
        ALL.setUseParentHandlers(false);
        ALL.setLevel(least);
        START.setLevel(leastOfStart);
    }

    /** For tests: as it is without a command. */
    static void forget() {
        for (Handler before : ALL.getHandlers()) {
            ALL.removeHandler(before);
        }
        ALL.setUseParentHandlers(true);
        ALL.setLevel(null);
        START.setLevel(null);
    }

    private static final class Lines extends Handler {
        private final SimpleFormatter words = new SimpleFormatter();
        private final String command;

        Lines(String command) {
            this.command = command;
        }

        @Override
        public void publish(LogRecord record) {
            if (isLoggable(record)) {
                String thrown = record.getThrown() == null ? "" : "; " + record.getThrown();
                String line = (words.formatMessage(record) + thrown).strip().replaceAll("\\s*\\R\\s*", " ");
                System.err.println("millrace " + command + ": " + line);
            }
        }

        @Override
        public void flush() {
            System.err.flush();
        }

        @Override
        public void close() {
            flush();
        }
    }
}
