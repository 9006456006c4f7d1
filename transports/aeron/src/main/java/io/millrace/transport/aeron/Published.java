package io.millrace.transport.aeron;

import io.aeron.Aeron;
import io.aeron.ErrorCode;
import io.aeron.ExclusivePublication;
import io.aeron.exceptions.RegistrationException;
import java.util.List;

/**
 * The publication of a sink, with its destinations: it reaches all of them, or is none. What the driver is asked is not waited for here,
 * since it may be paused, or ask a name server; who waits looks again. By the sending thread.
 */
final class Published {
    private static final long NONE = Long.MIN_VALUE;

    private final AeronMedia media;
    private final String channel;
    private final int stream;
    private final List<String> destinations;

    /** Whose the publication is; null while there is none. */
    private Aeron client;

    private ExclusivePublication publication;

    /** Whom the command in hand was given to, and the publication whose destinations are not all there yet. */
    private Aeron asked;

    private long command = NONE;
    private ExclusivePublication begun;
    private int reached;

    /** Whether the media know of it. */
    private boolean isUser;

    final Pause pause = new Pause(0); // of one that was refused nothing is left

    Published(AeronMedia media, String channel, int stream, List<String> destinations) {
        this.media = media;
        this.channel = channel;
        this.stream = stream;
        this.destinations = destinations;
    }

    boolean isOf(Aeron now) {
        return now == client;
    }

    ExclusivePublication get() {
        return publication;
    }

    boolean isThere() {
        return client != null;
    }

    /** Whether the driver, which may have gone since, was asked and has not answered. */
    boolean isAsked() {
        return command != NONE && asked == media.client();
    }

    /**
     * Whether there is one now; where none was asked for it is, but for a while behind a refusal. Throws what the driver has against it.
     * Where that is one destination the publication stays, and that one is asked for again: each that is given up keeps its terms in the
     * driver for seconds.
     */
    boolean look(Aeron now) {
        if (!isUser) {
            isUser = true;
            media.use();
        }
        if (asked != now) {
            forget(); // what was asked of another client has gone with it
            asked = now;
        }
        if (command == NONE) {
            long nowNs = WireClock.nanoTime();
            if (!pause.isOver(nowNs)) {
                return false;
            }
            if (begun == null) {
                pause.asked(nowNs);
                client = null;
                command = now.asyncAddExclusivePublication(channel, stream);
            }
        }
        try {
            return isAnswered(now);
        } catch (RuntimeException e) {
            pause.refused(e, WireClock.nanoTime());
            command = NONE;
            if (!isOfDestination(e)) {
                abandon();
            }
            throw e;
        }
    }

    /** What the driver has against a destination, whose publication it has. */
    private static boolean isOfDestination(RuntimeException e) {
        return e instanceof RegistrationException r && r.errorCode() != ErrorCode.UNKNOWN_PUBLICATION;
    }

    private boolean isAnswered(Aeron now) {
        if (begun == null) {
            if (now.isCommandActive(command)) {
                return false;
            }
            begun = now.getExclusivePublication(command); // throws what the driver has said
            command = NONE;
            reached = 0;
        }
        while (begun != null && reached < destinations.size()) {
            String to = destinations.get(reached);
            if (command == NONE) {
                command = begun.asyncAddDestination(to);
            }
            if (now.isCommandActive(command)) {
                return false;
            }
            AeronErrors.naming(to, d -> now.getExclusivePublication(command));
            command = NONE;
            reached++;
        }
        if (begun == null) {
            return false; // it could not be mapped, which is among the errors
        }
        publication = begun;
        client = now;
        begun = null;
        return true;
    }

    /** The one there is takes nothing more: another one is to be asked for, at once. */
    void end() {
        publication.close();
        client = null;
    }

    private void forget() {
        command = NONE;
        begun = null;
        client = null;
    }

    private void abandon() {
        if (begun != null) {
            begun.close();
            begun = null;
        }
    }

    /** Also what is on its way. */
    void close() {
        if (!media.isClosed()) {
            if (command != NONE && begun == null && asked != null) {
                asked.asyncRemovePublication(command);
            }
            abandon();
            if (publication != null) {
                publication.close();
            }
        }
        forget();
        asked = null;
        pause.none();
        if (isUser) {
            isUser = false;
            media.leave();
        }
    }
}
