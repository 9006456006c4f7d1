package io.millrace.examples.fraudservice;

import io.millrace.transport.LockedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** That one process has a role in a directory: a second one would take what is meant for the first. Goes with the process, however that ends. */
final class Place {
    private static final String CURE = "; end it, or name another directory";
    private static final int LOOKS = 20;
    private static final long LOOK_MS = 20;

    private Place() {}

    /** What a process does as long as it has its place. */
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** Does it, or says who has the place. */
    static void hold(Path dir, String role, Work work) throws IOException, InterruptedException {
        LockedFile place = tryTake(dir, role);
        for (int i = 0; i < LOOKS && place == null; i++) {
            Thread.sleep(LOOK_MS); // whoever only looks whether somebody has it is gone at once
            place = tryTake(dir, role);
        }
        if (place == null) {
            throw held(dir, role);
        }
        try {
            work.run();
        } finally {
            place.close();
        }
    }

    /** Refuses a directory in which somebody has that role. */
    static void requireFree(Path dir, String role) throws IOException {
        if (isHeld(dir, role)) {
            throw held(dir, role);
        }
    }

    /** Whether somebody has it: the lock tells, also where the number of a process says nothing, as between containers. */
    static boolean isHeld(Path dir, String role) throws IOException {
        if (!Files.exists(file(dir, role))) {
            return false;
        }
        LockedFile free = tryTake(dir, role);
        if (free != null) {
            free.close();
        }
        return free == null;
    }

    private static LockedFile tryTake(Path dir, String role) throws IOException {
        return LockedFile.tryOpen(file(dir, role), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static Path file(Path dir, String role) {
        return dir.resolve(role + ".lock");
    }

    private static IllegalStateException held(Path dir, String role) {
        String who = (role.equals("engine") ? "an " : "a ") + role;
        return new IllegalStateException("--dir " + dir + ": " + who + " works here already" + CURE);
    }
}
