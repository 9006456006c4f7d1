package io.millrace.engine;

import io.millrace.journal.JournalLog;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestComparison;
import io.millrace.metric.OutputDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The digest of what a log made, kept beside it: each start, and each replay, compares what it makes of the same entries. One thread at a
 * time: who recovers, housekeeping (of an inline host {@link InlineDigest}), who closes.
 */
final class JournalDigest {
    static final String NAME = "digest";

    private static final long EVERY_NS = 10_000_000_000L;

    private final JournalLog log;
    private Supplier<Digest> made;
    private long keptEntries;
    private long lastNs;

    /** One whose entries are not durable yet: of a crash it would know too much. */
    private Digest waiting;

    private volatile String trouble;

    JournalDigest(JournalLog log) {
        this(log, HostClock.nanoTime());
    }

    private JournalDigest(JournalLog log, long lastNs) {
        this.log = log;
        this.lastNs = lastNs;
    }

    /** The first one as soon as an entry is durable, so that short lives leave one too. */
    static JournalDigest atOnce(JournalLog log) {
        return new JournalDigest(log, HostClock.nanoTime() - EVERY_NS);
    }

    /** Before the start. It answers null as long as it cannot tell, and is asked again then: housekeeping waits for no stage. */
    void madeBy(Supplier<Digest> by) {
        made = by;
    }

    /** What is kept beside a log to compare with; null when nothing is, or that of a topology which ended before the log was its own. */
    static Digest read(JournalLog log, Digest now) throws IOException {
        try (InputStream in = log.openNote(NAME)) {
            Digest kept = in == null
                    ? null
                    : Digest.read(new InputStreamReader(in, StandardCharsets.UTF_8), "of the journal");
            return kept == null || outputs(kept).equals(outputs(now)) ? kept : null;
        }
    }

    private static List<String> outputs(Digest of) {
        return of.outputs().stream().map(OutputDigest::output).toList();
    }

    /** Compares what was made of the log now with what was made before; answers how it differs, or null. */
    String differsFrom(Digest now) {
        try {
            Digest before = read(log, now);
            if (before == null) {
                return null;
            }
            Optional<DigestComparison.Interval> in = DigestComparison.compare(before, now);
            return in.isEmpty()
                    ? null
                    : "the outputs differ from those of the last run: output "
                            + String.join(", ", in.get().outputs()) + ", entries "
                            + in.get().from() + " to " + (in.get().to() - 1)
                            + "; one of your functions depends on something other than its event";
        } catch (IOException | IllegalArgumentException e) {
            return "the digest of the last run cannot be compared: " + e.getMessage();
        }
    }

    /** For housekeeping: now and then, when it is durable. */
    void keepNowAndThen() {
        if (waiting == null) {
            long nowNs = HostClock.nanoTime();
            if (nowNs - lastNs < EVERY_NS || log.durable() < keptEntries) {
                return;
            }
            waiting = made.get();
            if (waiting == null) {
                return;
            }
            lastNs = nowNs;
        }
        keepWaiting();
    }

    /** For who closes. */
    void keepLast(Digest last) {
        waiting = last;
        keepWaiting();
    }

    private void keepWaiting() {
        if (log.durable() < waiting.entries() - 1) {
            return;
        }
        Digest kept = waiting;
        waiting = null;
        boolean interrupted = Thread.interrupted();
        try {
            log.keepNote(NAME, to -> kept.write(new OutputStreamWriter(to, StandardCharsets.UTF_8)));
            keptEntries = kept.entries();
            trouble = null;
        } catch (IOException | RuntimeException e) {
            failed(e); // it is only to compare with
        } finally {
            Undisturbed.restore(interrupted);
        }
    }

    void failed(Throwable e) {
        trouble = "the digest could not be kept: " + e;
    }

    String trouble() {
        return trouble;
    }
}
