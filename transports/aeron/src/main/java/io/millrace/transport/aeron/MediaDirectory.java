package io.millrace.transport.aeron;

import io.aeron.CommonContext;
import io.aeron.exceptions.DriverTimeoutException;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of a driver of our own. A file in it is locked as long as its process lives, however that ends, also where processes have the same
 * number, as in containers: so what a killed one has left is known at once, and not only when its driver has been silent for long.
 */
final class MediaDirectory implements Closeable {
    private static final String LOCK = "millrace.lock";
    private static final AtomicLong NUMBER = new AtomicLong();

    /** Those of this process, also where there are no locks. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final File directory;

    /** Whether nobody named it, so that it is nobody else's business. */
    private final boolean isUnnamed;

    private LockFile lock;

    private MediaDirectory(File directory, boolean isUnnamed) {
        this.directory = directory;
        this.isUnnamed = isUnnamed;
    }

    /** The one that is given, or one of its own in shared memory, when what dead processes have left there is gone. */
    static MediaDirectory of(File given, long timeoutMs) {
        MediaDirectory result = given != null ? new MediaDirectory(given, false) : own(timeoutMs);
        if (result.isAlive(timeoutMs)) {
            throw new IllegalStateException("a media driver works in " + result.directory
                    + " already; use it with AeronMedia.external(..), or another directory(..)");
        }
        return result;
    }

    private static MediaDirectory own(long timeoutMs) {
        File shared = new File("/dev/shm");
        File below =
                shared.isDirectory() && shared.canWrite() ? shared : new File(System.getProperty("java.io.tmpdir"));
        return own(below, timeoutMs);
    }

    static MediaDirectory own(File below, long timeoutMs) {
        String prefix = "millrace-" + System.getProperty("user.name") + "-";
        removeDead(below.toPath(), prefix, timeoutMs);
        File free;
        do { // one of another process that has the same number may live
            free = new File(below, prefix + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
        } while (free.exists());
        return new MediaDirectory(free, true);
    }

    File file() {
        return directory;
    }

    private Path key() {
        return directory.toPath().toAbsolutePath().normalize();
    }

    /** Whether somebody works there. */
    private boolean isAlive(long timeoutMs) {
        if (OURS.contains(key())) {
            return true;
        }
        return switch (lockOf(directory.toPath())) {
            case HELD -> true; // be it silent: its process may be paused
            case FREE -> false;
            case NONE -> isHeard(timeoutMs);
        };
    }

    private boolean isHeard(long timeoutMs) {
        try {
            return CommonContext.isDriverActive(directory, timeoutMs, s -> {});
        } catch (DriverTimeoutException e) {
            return false; // killed before its file was whole
        } catch (Exception e) { // Agrona throws that of a file that may not be opened, and does not declare it
            throw new IllegalStateException(
                    "whether a media driver works in " + directory + " cannot be seen: "
                            + AeronErrors.unseen(directory, e)
                            + "; name another directory(..), or none, or remove that one",
                    e);
        }
    }

    /** How much room there will be more when what stands there has been deleted. */
    long bytes() {
        try (Stream<Path> files = Files.walk(directory.toPath())) {
            return files.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // not there
        }
    }

    /**
     * The driver works: says so as long as this process lives. Where there are no locks, a dead one is known by its silence. There are no streams
     * yet, so nobody has seen what events are when others are kept out.
     */
    void hold() {
        OURS.add(key());
        if (isUnnamed) {
            forOwnerOnly();
        }
        lock = LockFile.take(directory.toPath().resolve(LOCK));
    }

    /** Buffers hold events as they are; who names a directory means it for others, too, and says by the umask for whom. */
    private void forOwnerOnly() {
        try {
            Files.setPosixFilePermissions(directory.toPath(), PosixFilePermissions.fromString("rwx------"));
        } catch (IOException | UnsupportedOperationException e) {
            // a file system without such permissions
        }
    }

    /** Behind the end of the driver. */
    @Override
    public void close() {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            // it goes with the process
        }
        OURS.remove(key());
    }

    // ---- what dead processes have left

    private static LockFile.State lockOf(Path of) {
        return LockFile.of(of.resolve(LOCK));
    }

    private static void removeDead(Path below, String prefix, long timeoutMs) {
        Pattern ours = Pattern.compile(Pattern.quote(prefix) + "(\\d+)-\\d+");
        for (Path p : list(below)) {
            Matcher name = ours.matcher(p.getFileName().toString());
            if (name.matches() && isMine(p) && isDead(p, Long.parseLong(name.group(1)), timeoutMs)) {
                delete(p);
            }
        }
    }

    private static List<Path> list(Path below) {
        try (Stream<Path> all = Files.list(below)) {
            return all.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    /** Others may put links and directories of such names into shared memory. */
    private static boolean isMine(Path p) {
        try {
            UserPrincipal owner = Files.getOwner(p, LinkOption.NOFOLLOW_LINKS);
            return Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS)
                    && (owner.getName().equals(System.getProperty("user.name")) || owner.equals(self()));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Whom this process belongs to, also where its user has no name, as in containers; null where the system does not show it. */
    private static UserPrincipal self() throws IOException {
        Path process = Path.of("/proc/self");
        return Files.exists(process) ? Files.getOwner(process) : null;
    }

    /** By its lock, or where it has none by its process; and by the silence of its driver: to take away what one works with would end its JVM. */
    private static boolean isDead(Path p, long pid, long timeoutMs) {
        if (OURS.contains(p.toAbsolutePath().normalize())) {
            return false;
        }
        LockFile.State lock = lockOf(p);
        boolean isLeft = lock == LockFile.State.FREE
                || lock == LockFile.State.NONE && ProcessHandle.of(pid).isEmpty();
        return isLeft && isSilent(p.toFile(), timeoutMs);
    }

    private static boolean isSilent(File directory, long timeoutMs) {
        try {
            return !CommonContext.isDriverActive(directory, timeoutMs, s -> {});
        } catch (DriverTimeoutException e) {
            return true; // killed before its file was whole
        } catch (Exception e) {
            return false; // of another version, or of another user, or somebody else removes it
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException | UncheckedIOException e) {
            // another process does the same, or it has what is not ours: the next start tries again
        }
    }
}
