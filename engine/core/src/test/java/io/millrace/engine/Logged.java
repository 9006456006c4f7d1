package io.millrace.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What engines log from here on until it is closed; the build shows none of it, since tests break engines on purpose. */
final class Logged implements AutoCloseable {
    private final Logger logger = Logger.getLogger("io.millrace.engine");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    /** Fails at what holds it, as a handler does that is broken. */
    volatile String breaksAt;

    private final Level shown = logger.getLevel();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord r) {
            records.add(r);
            if (breaksAt != null && r.getMessage().contains(breaksAt)) {
                throw new IllegalStateException("made up");
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    Logged() {
        logger.setLevel(Level.INFO);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    List<LogRecord> at(Level level) {
        return records.stream().filter(r -> r.getLevel() == level).toList();
    }

    List<LogRecord> with(String text) {
        return records.stream().filter(r -> r.getMessage().contains(text)).toList();
    }

    /** Level and message of each. */
    List<String> lines() {
        return records.stream().map(r -> r.getLevel() + " " + r.getMessage()).toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        logger.setLevel(shown);
    }
}
