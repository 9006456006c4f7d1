package io.millrace.transport.journal;

import io.aeron.Publication;
import io.aeron.archive.client.ArchiveException;
import io.aeron.exceptions.AeronException;
import io.millrace.journal.JournalException;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A recording that runs, with the one thread of ours that drives it. What fails there is kept, ends the recording, and is
 * told to whoever asks for the position: never again is anything acknowledged.
 *
 * <p><b>Threads.</b> {@link #send} and {@link #recorded} are for the journal's thread. The archive's thread sleeps when
 * there is nothing to do, up to when it is to look at the disk again; who sends wakes it.
 */
final class Recording implements AutoCloseable {
    private static final long CHECK_EVERY_NS = 50_000_000;
    private static final long LONGEST_SLEEP_NS = 50_000_000;
    private static final long SHORTEST_SLEEP_NS = 10_000;
    private static final int YIELDS = 20;

    private final EmbeddedArchive archive;
    private final Settings settings;
    private final Store store;
    private final AeronFiles files;
    private final UnsafeBuffer wrapper = new UnsafeBuffer(0, 0);
    private final ArchiveThread thread;

    /** Null where nothing is to be reserved. */
    private final Reservations reservations;

    private volatile boolean stopping;
    private final Doze doze = new Doze();

    /** The journal's thread's: the position behind what was sent last, and behind the last that is a reason to stay awake. */
    private volatile long sent;

    private volatile long sentInEarnest;

    /** How often the archive's thread had nothing to do; its own, and for tests. */
    private volatile long rests;

    private volatile Throwable failure;
    private volatile String refusal;

    // of the archive's thread
    private long nextCheckNs;
    private long lastInEarnest;
    private long lastRecorded;
    private long checkedSegment = -1;

    private Recording(Settings settings, Store store, AeronFiles files, MarksFile marks) {
        this.settings = settings;
        this.store = store;
        this.files = files;
        archive = EmbeddedArchive.launch(settings, store.live(), files, this::onError);
        thread = new ArchiveThread(this::run);
        thread.setDaemon(true);
        nextCheckNs = JournalClock.nanos();
        reservations = settings.forced() ? marks.reserves(() -> doze.wake(thread)) : null;
    }

    /** An interrupt is meant for nobody here, and would close the file that the archive is writing; stopping is what ends it. */
    private static final class ArchiveThread extends Thread {
        ArchiveThread(Runnable body) {
            super(body, "millrace-journal");
        }

        @Override
        public void interrupt() {
            // not a command here
        }

        void closeFile() {
            super.interrupt();
        }
    }

    static Recording begin(Settings settings, Store store, MarksFile marks) {
        try {
            AeronFiles files = AeronFiles.make(settings);
            try {
                Recording made = new Recording(settings, store, files, marks);
                made.thread.start();
                return made;
            } catch (RuntimeException e) {
                files.delete();
                throw e;
            }
        } catch (JournalException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            boolean isFull = e instanceof ArchiveException a && a.errorCode() == ArchiveException.STORAGE_SPACE;
            String why = isFull ? Words.noRoomForAFile(settings) : e.toString();
            throw new JournalException("cannot start the archive of " + settings.directory + ": " + why, e);
        }
    }

    private void onError(Throwable error) {
        boolean warns = error instanceof AeronException e && e.category() == AeronException.Category.WARN;
        if (!warns && failure == null) {
            failure = error;
        }
    }

    private void run() {
        int idle = 0;
        int behind = 0;
        try {
            while (!stopping && failure == null) {
                archive.work();
                long inEarnest =
                        sentInEarnest; // keep-alives, timers and ticks that come alone are no reason to stay awake
                idle = inEarnest == lastInEarnest ? idle + 1 : 0;
                lastInEarnest = inEarnest;
                long recorded = archive.recorded();
                // which may take a round or two, or a disk's time; one that moves is not waited for
                behind = recorded < sent ? recorded == lastRecorded ? behind + 1 : 1 : 0;
                lastRecorded = recorded;
                if (!archive.isAlive()) {
                    onError(new IllegalStateException("the archive, its driver or its client has ended"));
                }
                long now = JournalClock.nanos();
                if (now - nextCheckNs >= 0) {
                    nextCheckNs = now + CHECK_EVERY_NS;
                    check();
                }
                if (reservations != null) {
                    reservations.work(now);
                }
                rest(behind > 0 ? behind : idle, behind > 0);
            }
        } catch (Throwable e) {
            onError(e);
        } finally {
            if (reservations != null && failure != null) {
                reservations.fail(failure); // what waits for a force would wait until the host's deadline
            }
            awaitStop();
            closeArchive();
        }
    }

    /** Buffers stay mapped until nobody sends any more: to touch one that is gone would end the JVM. */
    private void awaitStop() {
        while (!stopping) {
            Pause.ofMillis(10);
            Thread.interrupted(); // with it set there would be no pause, and no closing
        }
    }

    /** Whatever its disk says: with the lock of its files a start behind it would be kept out as long as this process lives. */
    private void closeArchive() {
        try {
            CloseHelper.closeAll(archive, store::protect, files::delete);
        } catch (Throwable e) {
            onError(e);
        }
    }

    /** Yields for some rounds, then sleeps for longer and longer. */
    private void rest(int idle, boolean behind) {
        if (idle == 0) {
            return;
        }
        rests++;
        if (idle <= YIELDS) {
            Thread.yield();
            return;
        }
        long before = sent;
        doze.begin();
        boolean moved = archive.work() > 0;
        if (!moved && sent == before && !isAsked() && (behind || archive.recorded() >= before)) {
            LockSupport.parkNanos(Math.min(LONGEST_SLEEP_NS, SHORTEST_SLEEP_NS << Math.min(30, idle - YIELDS)));
        }
        doze.end();
    }

    private boolean isAsked() {
        return reservations != null && reservations.isWanted();
    }

    /** Looks whether the directory is still ours, at free space and at the permissions of files that the archive has made. */
    private void check() throws IOException {
        store.requireOurs();
        long free = settings.space.freeBytes();
        refusal =
                free < settings.reserveBytes ? Words.nearlyFull(settings.directory, free, settings.reserveBytes) : null;
        long segment = store.live().baseOf(Math.max(0, archive.recorded()));
        if (segment != checkedSegment) {
            store.protect(checkedSegment, segment);
            checkedSegment = segment;
        }
    }

    /** Sends a frame off; see {@link FrameWriter.Outlet}. */
    long send(byte[] frame, int length) {
        wrapper.wrap(frame, 0, length);
        long position = archive.publication().offer(wrapper, 0, length);
        if (position == Publication.ADMIN_ACTION) {
            position = archive.publication().offer(wrapper, 0, length); // a term was full, the next one has begun
        }
        requireOpen(position);
        if (position > 0) {
            sent = position;
            sentInEarnest = Envelope.isQuiet(frame) ? sentInEarnest : position;
        }
        doze.wake(thread);
        return position;
    }

    /** Where no room will ever be, to wait for it would be in vain. */
    private void requireOpen(long position) {
        if (position == Publication.CLOSED) {
            throw failed();
        }
        if (position == Publication.MAX_POSITION_EXCEEDED) {
            throw new JournalException("the journal in " + settings.directory + " has written "
                    + archive.publication().maxPossiblePosition()
                    + " bytes since it was opened, and a recording holds no"
                    + " more. Entries that were acknowledged are safe; start the host again, which begins another one");
        }
    }

    /**
     * The position up to which all is recorded.
     *
     * @throws JournalException when nothing more will be
     */
    long recorded() {
        long position = archive.recorded();
        if (failure != null || position < 0) {
            throw failed();
        }
        return position;
    }

    private JournalException failed() {
        Throwable cause = failure;
        return new JournalException(
                "the journal in " + settings.directory + " has stopped: "
                        + (cause == null ? "the recording has ended" : cause)
                        + ". Entries that were acknowledged are safe; nothing more is accepted. Cure it and start the host again",
                cause);
    }

    boolean hasFailed() {
        return failure != null;
    }

    String refusal() {
        return refusal;
    }

    /** For tests. */
    long rests() {
        return rests;
    }

    /** For tests: the archive cannot write any more. */
    void failNextWrite() {
        thread.closeFile();
    }

    /** Nobody sends any more, nor asks how far it is. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        long deadline = JournalClock.nanos() + settings.stopDeadline.toNanos();
        boolean interrupted = false;
        while (thread.isAlive() && JournalClock.nanos() - deadline < 0) {
            try {
                thread.join(10);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new JournalException("the archive's thread does not end: its disk does not answer");
        }
    }
}
