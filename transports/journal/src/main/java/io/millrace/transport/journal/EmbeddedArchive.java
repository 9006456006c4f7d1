package io.millrace.transport.journal;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.RethrowingErrorHandler;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.status.SystemCounterDescriptor;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NoOpLock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * A driver, an archive and a client, none with a thread of its own: {@link #work} does what is to be done for all. The
 * archive begins in an empty directory with one recording and never recovers one: after a crash it cut logs without a
 * word, refused torn ones, and waited for mark files.
 */
final class EmbeddedArchive implements AutoCloseable {
    /** Nobody is to be found dead because a force took long: all are on one thread, which is looked at otherwise. */
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(5);

    /** A client that gives up lets go of its buffers so much later: whoever is just sending must not touch what is gone. */
    private static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** The least that the driver takes, for thousands of counters: by default its file has 47 MB, which a start fills with zeros. */
    private static final int COUNTERS_BYTES = 1 << 20;

    private final AeronFiles files;
    private MediaDriver driver;
    private Archive archive;
    private Aeron aeron;

    /** That of the archive, which closes it; unless it was not launched. */
    private Aeron archives;

    private ExclusivePublication publication;
    private CountersReader counters;
    private int position;
    private long recording;

    private EmbeddedArchive(AeronFiles files) {
        this.files = files;
    }

    static EmbeddedArchive launch(Settings settings, Epoch epoch, AeronFiles files, ErrorHandler errors) {
        EmbeddedArchive made = new EmbeddedArchive(files);
        try {
            made.launchDriver(settings, errors);
            made.launchArchive(settings, epoch, errors);
            made.aeron = Aeron.connect(made.client(settings, errors).clientName("millrace journal"));
            made.record(epoch, settings.stopDeadline.toNanos());
            return made;
        } catch (RuntimeException e) {
            CloseHelper.quietClose(made);
            throw e;
        }
    }

    /** Without the executor for names of hosts, of which there are none: its thread looks a thousand times a second. */
    private void launchDriver(Settings settings, ErrorHandler errors) {
        driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(files.driver())
                .threadingMode(ThreadingMode.INVOKER)
                .asyncExecutorEnabled(false)
                .epochClock(settings.clock)
                .ipcTermBufferLength(settings.termBytes)
                .termBufferSparseFile(false)
                .counterValuesBufferLength(COUNTERS_BYTES)
                .clientLivenessTimeoutNs(PATIENCE_NS)
                .publicationUnblockTimeoutNs(2 * PATIENCE_NS)
                .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NS))
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .errorHandler(errors));
    }

    private void launchArchive(Settings settings, Epoch epoch, ErrorHandler errors) {
        Path directory = epoch.directory(settings.directory);
        AtomicCounter errorCounter =
                new AtomicCounter(driver.context().countersValuesBuffer(), SystemCounterDescriptor.ERRORS.id());
        // of its own making it would take a driver for dead that has not moved for ten seconds, as behind a force that
        // took so long
        archives = Aeron.connect(client(settings, errors)
                .subscriberErrorHandler(RethrowingErrorHandler.INSTANCE)
                .awaitingIdleStrategy(YieldingIdleStrategy.INSTANCE)
                .clientLock(NoOpLock.INSTANCE)
                .clientName("millrace archive"));
        archive = Archive.launch(new Archive.Context()
                .aeron(archives)
                .ownsAeronClient(true)
                .aeronDirectoryName(files.driver())
                .archiveDir(directory.toFile())
                .markFileDir(files.mark().toFile())
                .threadingMode(ArchiveThreadingMode.INVOKER)
                .mediaDriverAgentInvoker(driver.sharedAgentInvoker())
                .epochClock(settings.clock)
                .controlChannelEnabled(false)
                .archiveClientContext(new AeronArchive.Context().controlResponseChannel(CommonContext.IPC_CHANNEL))
                .localControlChannel(CommonContext.IPC_CHANNEL)
                .replicationChannel("aeron:udp?endpoint=localhost:0")
                .recordingEventsEnabled(false)
                .segmentFileLength(epoch.segmentBytes())
                .lowStorageSpaceThreshold(epoch.segmentBytes()) // the journal's reserve is what counts
                .fileSyncLevel(settings.forced() ? 1 : 0)
                .catalogFileSyncLevel(settings.forced() ? 1 : 0)
                .errorHandler(errors)
                .errorCounter(errorCounter));
    }

    private Aeron.Context client(Settings settings, ErrorHandler errors) {
        return new Aeron.Context()
                .aeronDirectoryName(files.driver())
                .epochClock(settings.clock)
                .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NS))
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .useConductorAgentInvoker(true)
                .closeLingerDurationNs(LINGER_NS)
                .errorHandler(errors);
    }

    private void record(Epoch epoch, long deadlineNs) {
        String channel = new ChannelUriStringBuilder()
                .media(CommonContext.IPC_MEDIA)
                .termLength(epoch.termBytes())
                .mtu(epoch.mtuBytes())
                .sessionId(epoch.sessionId())
                .initialPosition(0, 0, epoch.termBytes())
                .build();
        AeronArchive.Context context = new AeronArchive.Context()
                .aeron(aeron)
                .ownsAeronClient(false)
                .agentInvoker(archive.invoker())
                .lock(NoOpLock.INSTANCE)
                .controlRequestChannel(CommonContext.IPC_CHANNEL)
                .controlRequestStreamId(archive.context().localControlStreamId())
                .controlResponseChannel(CommonContext.IPC_CHANNEL)
                .messageTimeoutNs(deadlineNs);
        try (AeronArchive client = AeronArchive.connect(context)) {
            publication = aeron.addExclusivePublication(channel, AeronFrame.STREAM_ID);
            client.startRecording(channel, AeronFrame.STREAM_ID, SourceLocation.LOCAL);
            awaitRecording(deadlineNs);
        }
    }

    private void awaitRecording(long deadlineNs) {
        counters = aeron.countersReader();
        long begin = JournalClock.nanos();
        do {
            work();
            position = RecordingPos.findCounterIdBySession(
                    counters, publication.sessionId(), archive.context().archiveId());
            if (JournalClock.nanos() - begin > deadlineNs) {
                throw new IllegalStateException("the archive does not begin to record");
            }
        } while (position < 0);
        recording = RecordingPos.getRecordingId(counters, position);
    }

    /** One round of the driver, the archive and the client. */
    int work() {
        return archive.invoker().invoke() + aeron.conductorAgentInvoker().invoke();
    }

    ExclusivePublication publication() {
        return publication;
    }

    /**
     * What is recorded by now, by the counter of a recording that is alive: the value is looked at first, since a counter
     * that ends may be given to another.
     *
     * @return -1 when the recording has ended
     */
    long recorded() {
        long value = counters.getCounterValue(position);
        return RecordingPos.isActive(counters, position, recording) ? value : -1;
    }

    /** An invoker stops for good, and says nothing, when its thread was interrupted at the wrong moment. */
    boolean isAlive() {
        return archive.invoker().isRunning()
                && driver.sharedAgentInvoker().isRunning()
                && aeron.conductorAgentInvoker().isRunning()
                && !publication.isClosed();
    }

    @Override
    public void close() {
        CloseHelper.closeAll(publication, aeron, archive, archives, driver);
    }
}
