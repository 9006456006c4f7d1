package io.millrace.transport.aeron;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentTerminationException;

/**
 * What Aeron reports, kept once for each stack: it may report the same thing a thousand times a second. Any thread. It never throws
 * and never ends the JVM, which Aeron's own default does.
 */
final class DistinctErrors implements ErrorHandler {
    private static final int KINDS_MAX = 64;

    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private long others;

    private static final class Kind {
        private final String text;
        private final long firstMs;
        private long lastMs;
        private long count;

        private Kind(String text, long nowMs) {
            this.text = text;
            this.firstMs = nowMs;
        }
    }

    @Override
    public void onError(Throwable error) {
        if (error instanceof AgentTerminationException) {
            return; // a client that has been cut off ends: another error has said why
        }
        add(error, AeronErrors.text(error));
    }

    synchronized void add(Throwable error, String text) {
        Kind kind = kinds.get(key(error));
        if (kind == null) {
            if (kinds.size() == KINDS_MAX) {
                others++;
                return;
            }
            kind = new Kind(text, WireClock.epochMs());
            kinds.put(key(error), kind);
        }
        kind.count++;
        kind.lastMs = WireClock.epochMs();
    }

    private static String key(Throwable error) {
        StringBuilder key = new StringBuilder();
        int causes = 0;
        for (Throwable t = error; t != null && causes < 8; t = t.getCause()) {
            key.append(t.getClass().getName());
            for (StackTraceElement e : t.getStackTrace()) {
                key.append('|').append(e.getClassName()).append('.').append(e.getMethodName());
                key.append(':').append(e.getLineNumber());
            }
            causes++;
        }
        return key.toString();
    }

    synchronized List<MediaError> list() {
        List<MediaError> all = new ArrayList<>();
        kinds.values().forEach(k -> all.add(new MediaError(k.text, k.count, k.firstMs, k.lastMs)));
        if (others > 0) {
            all.add(new MediaError("others, of which no more kinds are kept", others, 0, 0));
        }
        return List.copyOf(all);
    }

    /** The one that came last, in words; null when there was none. */
    synchronized String last() {
        Kind last = null;
        for (Kind k : kinds.values()) {
            last = last == null || k.lastMs >= last.lastMs ? k : last;
        }
        return last == null ? null : last.text + (last.count > 1 ? " (" + last.count + " times)" : "");
    }
}
