package io.millrace.examples.fraudservice;

import io.millrace.transport.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** That one process has a role in a directory: a second one would take what is meant for the first. Goes with the process, however that ends. */
final class Place implements Closeable {
    private static final String CURE = "; end it, or name another directory";
    private static final int LOOKS = 20;
    private static final long LOOK_MS = 20;

    private final FileChannel file;
    private final ProcessLock lock;

    private Place(FileChannel file, ProcessLock lock) {
        this.file = file;
        this.lock = lock;
    }

    /** What a process does as long as it has its place. */
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** Does it, or says who has the place. */
    static void hold(Path dir, String role, Work work) throws IOException, InterruptedException {
        Place place = take(dir, role);
        try {
            work.run();
        } finally {
            place.close();
        }
    }

    static Place take(Path dir, String role) throws IOException, InterruptedException {
        Place taken = tryTake(file(dir, role), StandardOpenOption.CREATE);
        for (int i = 0; i < LOOKS && taken == null; i++) {
            Thread.sleep(LOOK_MS); // whoever only looks whether somebody has it is gone at once
            taken = tryTake(file(dir, role), StandardOpenOption.CREATE);
        }
        if (taken == null) {
            throw new IllegalStateException("--dir " + dir + ": " + held(role) + CURE);
        }
        return taken;
    }

    /** Refuses a directory in which somebody has that role. */
    static void requireFree(Path dir, String role) throws IOException {
        if (isHeld(dir, role)) {
            throw new IllegalStateException("--dir " + dir + ": " + held(role) + CURE);
        }
    }

    /** Whether somebody has it: the lock tells, also where the number of a process says nothing, as between containers. */
    static boolean isHeld(Path dir, String role) throws IOException {
        if (!Files.exists(file(dir, role))) {
            return false;
        }
        Place free = tryTake(file(dir, role), StandardOpenOption.CREATE);
        if (free != null) {
            free.close();
        }
        return free == null;
    }

    private static Path file(Path dir, String role) {
        return dir.resolve(role + ".lock");
    }

    private static String held(String role) {
        return (role.equals("engine") ? "an " : "a ") + role + " works here already";
    }

    private static Place tryTake(Path at, StandardOpenOption how) throws IOException {
        if (ProcessLock.isHeldHere(at)) {
            return null;
        }
        FileChannel open = FileChannel.open(at, how, StandardOpenOption.WRITE);
        try {
            ProcessLock lock = ProcessLock.tryTake(at, open);
            return lock == null ? null : new Place(open, lock);
        } catch (IOException e) {
            open.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            lock.end();
        }
    }
}
