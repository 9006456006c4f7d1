package io.millrace.transport.aeron;

import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.ClientTimeoutException;
import io.aeron.exceptions.ConductorServiceTimeoutException;
import io.aeron.exceptions.DriverTimeoutException;
import io.aeron.exceptions.RegistrationException;
import java.io.File;
import java.util.function.Consumer;

/** What an error of Aeron means, and what would help. */
final class AeronErrors {
    static final long GONE_NS = 20_000_000;

    static final String UNANSWERED = "the media driver has not answered yet";

    /** A driver asks a name server, say, each time. */
    private static final long REFUSED_NS = 200_000_000;

    private AeronErrors() {}

    static String text(Throwable error) {
        if (isCutOff(error)) {
            return "this process was paused (a long collection, a stop signal, swapping, a suspended machine) for longer than the"
                    + " media driver waits for a client; it connects anew. " + error.getMessage();
        }
        if (error instanceof DriverTimeoutException) {
            return "the media driver has not been heard: it has ended, or its process is paused. " + error.getMessage();
        }
        if (error instanceof RegistrationException e) {
            return "the media driver refuses (" + e.errorCode() + "): " + e.getMessage();
        }
        return error.toString();
    }

    /** The driver gave the client up, in one of the ways in which a client learns that. */
    private static boolean isCutOff(Throwable error) {
        return error instanceof ConductorServiceTimeoutException
                || error instanceof ClientTimeoutException
                || error instanceof AeronException
                        && error.getMessage() != null
                        && error.getMessage().contains("unexpected close of heartbeat");
    }

    /** Whether the driver has refused what it would refuse at any time; an address in use, a name that nobody knows now, a full disk pass. */
    static boolean isFinal(Throwable error) {
        if (!(error instanceof RegistrationException e)) {
            return false;
        }
        return switch (e.errorCode()) {
            case INVALID_CHANNEL -> !isUnknownHost(e); // so the driver calls a name that nobody knows
            case GENERIC_ERROR -> isWrongValue(e);
            case MALFORMED_COMMAND, UNKNOWN_COMMAND_TYPE_ID, NOT_SUPPORTED -> true;
            default -> false;
        };
    }

    /**
     * Whether a value of the channel is none, of flow control say, of which only the driver knows which there are. What is known by a tag or
     * a number of another stream may come with that.
     */
    private static boolean isWrongValue(RegistrationException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains(NumberFormatException.class.getName())
                || text.contains(IllegalArgumentException.class.getName())
                        && !text.contains("tag")
                        && !text.contains("unable to find");
    }

    private static boolean isUnknownHost(RegistrationException e) {
        return e.getMessage() != null && e.getMessage().contains("UnknownHostException");
    }

    static String tooLong(String what, int length, int most, int header) {
        return "an event of " + what + " of " + length + " bytes is longer than a message of this stream may be, "
                + most + " with its header of up to " + header + "; use longer terms: term-length=";
    }

    /** Adds one of several destinations; what the driver has against it names it. */
    static void naming(String destination, Consumer<String> add) {
        try {
            add.accept(destination);
        } catch (RegistrationException e) {
            throw named(destination, e);
        }
    }

    /** The same error, with the destination that it is of. */
    static RuntimeException named(String destination, RuntimeException error) {
        String why = "destination " + destination + ": " + error.getMessage();
        return error instanceof RegistrationException e
                ? (RegistrationException)
                        new RegistrationException(e.correlationId(), e.errorCodeValue(), e.errorCode(), why)
                                .initCause(e)
                : new IllegalStateException(why, error);
    }

    static void rethrow(Throwable why) throws Exception {
        if (why instanceof Error e) {
            throw e;
        }
        throw (Exception) why;
    }

    /** For how long nothing is asked of a driver that has refused; of one that is not there for less. */
    static long pauseNs(Throwable error) {
        return error instanceof RegistrationException ? REFUSED_NS : GONE_NS;
    }

    /** A client that is at its end takes no more calls; what ended it says another error. */
    static boolean isOfEndingClient(Throwable error) {
        return error instanceof AeronException
                && error.getMessage() != null
                && error.getMessage().contains("Aeron client is ");
    }

    /** Why the file in which a driver says that it lives cannot be looked at; null where it can, and nothing failed. */
    static String unseen(File directory, Exception failure) {
        String may = "user " + System.getProperty("user.name") + " may not read and write ";
        File cnc = new File(directory, "cnc.dat");
        if (!directory.exists()) {
            return "there is no such directory";
        }
        if (!directory.canRead() || !directory.canWrite()) {
            return may + "it";
        }
        if (!cnc.exists()) {
            return "there is no file cnc.dat in it";
        }
        if (!cnc.canRead() || !cnc.canWrite()) {
            return may + "its file cnc.dat";
        }
        return failure == null ? null : "its file cnc.dat cannot be used: " + text(failure);
    }

    /** No driver answers in a directory: why, and what would start one. The failure is null where there was none. */
    static String noDriver(File directory, long timeoutMs, Exception failure) {
        String user = System.getProperty("user.name");
        String unseen = unseen(directory, failure);
        String why = unseen != null
                ? unseen
                : "its driver has not been heard for " + timeoutMs + " ms: it has ended, or is paused";
        return "no media driver in " + directory + " for user " + user + ": " + why
                + "; start one there (java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED -Daeron.dir=" + directory
                + " -cp aeron-driver.jar:aeron-client.jar:agrona.jar io.aeron.driver.MediaDriver), or let this process have its own:"
                + " AeronMedia.embedded()";
    }
}
