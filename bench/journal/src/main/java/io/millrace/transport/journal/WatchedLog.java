package io.millrace.transport.journal;

import io.millrace.bench.kill.Aim;
import io.millrace.bench.kill.Instants;
import java.io.IOException;
import java.io.InputStream;

/**
 * A log that says when it is read for a recovery, and when a file ends: from when so little is left of it until the archive has recorded
 * the first bytes of the next one.
 */
final class WatchedLog extends ForwardedLog {
    private static final int STEP_ENTRIES = 64;
    private static final int NEAR = 1_024;

    private final ArchiveLog log;
    private final int segment;
    private final Instants instants;

    /** The first read is that of the recovery. */
    private boolean read;

    /** Where the roll that is under way is over; 0 when there is none. */
    private long rolledAt;

    private long nextRoll;
    private boolean crossed;

    WatchedLog(ArchiveLog log, int segment, Instants instants) {
        super(log);
        this.log = log;
        this.segment = segment;
        this.instants = instants;
        nextRoll = segment;
    }

    @Override
    public void read(long from, EntryReader to) {
        if (read) {
            log.read(from, to);
            return;
        }
        read = true;
        log.read(from, (sequence, bytes, offset, length) -> {
            if (sequence % STEP_ENTRIES == 0) {
                instants.step(Aim.RECOVERY);
            }
            return to.on(sequence, bytes, offset, length);
        });
        instants.lastStep(Aim.RECOVERY);
    }

    @Override
    public InputStream openSnapshot() throws IOException {
        if (!read) {
            instants.step(Aim.RECOVERY);
        }
        return log.openSnapshot();
    }

    @Override
    public boolean append(byte[] bytes, int offset, int length) {
        boolean done = log.append(bytes, offset, length);
        lookForRoll();
        return done;
    }

    @Override
    public boolean commit() {
        boolean done = log.commit();
        lookForRoll();
        return done;
    }

    @Override
    public int work() {
        int done = log.work();
        lookForRoll();
        return done;
    }

    private void lookForRoll() {
        long sent = log.sent();
        long end = sent - sent % segment + segment;
        if (rolledAt == 0 && sent >= nextRoll) {
            begin(sent - sent % segment); // a long frame has crossed it at once
        } else if (rolledAt == 0 && end - sent <= NEAR && end >= nextRoll) {
            begin(end);
        }
        if (rolledAt > 0 && !crossed && sent > rolledAt) {
            crossed = true; // the archive's thread makes the next file from here on
            instants.step(Aim.ROLL);
        }
        if (rolledAt > 0 && log.recording().recorded() > rolledAt) {
            instants.step(Aim.ROLL);
            instants.leave(Aim.ROLL);
            rolledAt = 0;
        }
    }

    private void begin(long at) {
        rolledAt = at;
        nextRoll = at + segment;
        crossed = false;
        instants.enter(Aim.ROLL);
        instants.step(Aim.ROLL);
    }
}
