package io.millrace.engine;

import io.millrace.runtime.Core;

/**
 * The entries of an inline host, evaluated one after another: what receivers publish while one is evaluated, or while an output is let out, comes
 * behind that. The owner's.
 */
final class InlineEntries {
    private final Inline inline;
    private final Core core;
    private final Sinks sinks;
    private final FlushBound flushes;

    /** Null where there is none. */
    private final InlineJournal journal;

    private final QueuedEntries queued = new QueuedEntries();
    private long next;
    private boolean processing;

    /** Goes on behind what the journal has, if there is one. */
    InlineEntries(Inline inline, Host host, InlineJournal journal) {
        this.inline = inline;
        this.core = host.core();
        this.sinks = host.sinks();
        this.journal = journal;
        next = journal == null ? 0 : journal.recovered().next();
        flushes = new FlushBound(host.bindings().ports(), next, sinks.isRehearsal());
    }

    /** The place that the next entry will have. */
    long next() {
        return next;
    }

    /** Whether this is a call from inside a receiver. */
    boolean isProcessing() {
        return processing;
    }

    /** What receivers call from now on comes from inside one. */
    void processes(boolean now) {
        processing = now;
    }

    /** Takes an entry that nobody but this host can take back; waits while the journal has no room for it. */
    long process(byte[] bytes, int offset, int length) {
        inline.requireRunning();
        if (processing) {
            return next + queued.add(bytes, offset, length) - 1;
        }
        long q = next++;
        evaluate(q, bytes, offset, length, false);
        return processed(q);
    }

    /** The same of one that need not be taken: answers {@link Publisher#FULL} where the journal takes none at the moment. Never waits for it. */
    long tryProcess(byte[] bytes, int offset, int length) {
        inline.requireRunning();
        if (processing) {
            return next + queued.add(bytes, offset, length) - 1;
        }
        if (journal != null && !isAppended(bytes, offset, length)) {
            return Publisher.FULL;
        }
        long q = next++;
        evaluate(q, bytes, offset, length, true);
        return processed(q);
    }

    private long processed(long q) {
        evaluateQueued();
        if (flushes.isDue(next)) {
            flushUnderLoad();
        }
        return q;
    }

    private boolean isAppended(byte[] bytes, int offset, int length) {
        try {
            return journal.tryAppend(bytes, offset, length);
        } catch (Throwable t) {
            throw inline.halted(t);
        }
    }

    /** Whether the journal takes what has no place yet. */
    boolean takes() {
        try {
            return journal == null || journal.takes();
        } catch (Throwable t) {
            throw inline.halted(t);
        }
    }

    /** Its caller's event has been processed whatever comes of that: that the engine has halted says the next call. */
    private void flushUnderLoad() {
        try {
            flushSinks();
        } catch (SinkFault e) {
            assert sinks.halting() != null;
        }
    }

    /** Where the owner rests, or lets time pass. */
    void flush() {
        try {
            flushSinks();
        } catch (SinkFault e) {
            inline.requireRunning(); // throws
        }
    }

    private void flushSinks() throws SinkFault {
        flushes.flushed(next);
        sinks.flush(0);
    }

    private void evaluateQueued() {
        for (byte[] entry = queued.poll(); entry != null; entry = queued.poll()) {
            evaluate(next++, entry, 0, entry.length, false);
        }
    }

    private void evaluate(long q, byte[] bytes, int offset, int length, boolean isAppended) {
        processing = true;
        try {
            if (journal != null && !isAppended) {
                journal.append(bytes, offset, length);
            }
            core.process(q, bytes, offset);
            if (journal != null) {
                journal.requireSound();
            }
        } catch (Throwable t) {
            throw inline.halted(t);
        } finally {
            processing = false;
        }
    }

    /** Reads ahead what entries will ask for that are about to be processed; what fails there halts, as in a live engine. */
    void lookAhead(byte[] bytes, int[] offsets, int n) {
        inline.requireRunning();
        try {
            core.lookAhead(0, bytes, offsets, n);
        } catch (Throwable t) {
            throw inline.halted(t);
        }
    }

    // ---- behind a journal

    /**
     * Lets out what has become durable. What receivers publish meanwhile is evaluated behind each output, as it is where none is held: thousands may
     * become durable at once, and there is room for what receivers publish by one event. What comes of that waits for the next call.
     */
    boolean letOut() {
        if (journal == null) {
            return false;
        }
        long upTo = durable();
        int n = 0;
        while (letOutNext(upTo)) {
            evaluateQueued();
            n++;
            if (n % HeldOutputs.LET_OUT_MOST == 0 && flushes.isPast(next)) {
                flush();
            }
        }
        return n > 0;
    }

    /** At the end: what fails is kept for who closes, and behind a failure closing is the last that is asked of a sink. */
    void flushWhenPast() {
        if (sinks.halting() == null && flushes.isPast(next)) {
            flushUnderLoad();
        }
    }

    private long durable() {
        try {
            journal.work();
            return journal.durable();
        } catch (Throwable t) {
            throw inline.halted(t);
        }
    }

    private boolean letOutNext(long upTo) {
        processing = true;
        try {
            return journal.letOutNext(upTo);
        } catch (Throwable t) {
            throw inline.halted(t);
        } finally {
            processing = false;
        }
    }
}
