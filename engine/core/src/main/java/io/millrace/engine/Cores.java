package io.millrace.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cores that this process may use, looked at when an engine starts: as many as the system lets its threads run on, and no more
 * than the quota of its control groups, which may be a fraction. What cannot be read bounds nothing.
 *
 * @param processors that threads of this process may run on
 * @param quota      how many cores' worth of time it gets, {@link Double#POSITIVE_INFINITY} where that is not bounded
 */
record Cores(int processors, double quota) {
    /** Cores that threads of engines in this JVM keep for themselves. */
    private static final AtomicInteger KEPT = new AtomicInteger();

    static Cores now() {
        return of(Runtime.getRuntime().availableProcessors(), Path.of("/"));
    }

    /** As seen under a root, which is another one in tests. */
    static Cores of(int processors, Path root) {
        double quota = Double.POSITIVE_INFINITY;
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                quota = Math.min(quota, quota(root, parts[1], parts[2]));
            }
        }
        return new Cores(processors, quota);
    }

    /** The smallest of a group and those it is in. Within a container the group's own path may be another than the one outside. */
    private static double quota(Path root, String controllers, String group) {
        boolean second = controllers.isEmpty();
        if (!second && !List.of(controllers.split(",")).contains("cpu")) {
            return Double.POSITIVE_INFINITY;
        }
        double quota = Double.POSITIVE_INFINITY;
        List<String> mounts = second ? List.of("", "unified") : List.of(controllers, "cpu", "cpu,cpuacct");
        for (String mount : mounts) {
            Path top = root.resolve("sys/fs/cgroup").resolve(mount).normalize();
            Path at = top.resolve("." + group).normalize();
            for (; at != null && at.startsWith(top); at = at.getParent()) {
                quota = Math.min(quota, second ? quota2(at) : quota1(at));
            }
        }
        return quota;
    }

    private static double quota2(Path group) {
        List<String> max = lines(group.resolve("cpu.max"));
        String[] parts = max.isEmpty() ? new String[0] : max.get(0).strip().split("\\s+");
        return parts.length == 2 ? share(parts[0], parts[1]) : Double.POSITIVE_INFINITY;
    }

    private static double quota1(Path group) {
        List<String> us = lines(group.resolve("cpu.cfs_quota_us"));
        List<String> period = lines(group.resolve("cpu.cfs_period_us"));
        return us.isEmpty() || period.isEmpty() ? Double.POSITIVE_INFINITY : share(us.get(0), period.get(0));
    }

    /** "max" and -1 are no bound. */
    private static double share(String us, String periodUs) {
        try {
            double share = (double) Long.parseLong(us.strip()) / Long.parseLong(periodUs.strip());
            return share > 0 ? share : Double.POSITIVE_INFINITY;
        } catch (NumberFormatException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** What this process may use. */
    double usable() {
        return Math.min(processors, quota);
    }

    /** What is left of that beside the threads that keep a core. */
    double free() {
        return Math.max(0, usable() - KEPT.get());
    }

    /** Threads of an engine that starts keep so many; fewer, by a negative number, when it ends. */
    static void keep(int cores) {
        KEPT.addAndGet(cores);
    }

    @Override
    public String toString() {
        return processors
                + (processors == 1 ? " processor" : " processors")
                + (quota < processors ? String.format(Locale.ROOT, ", of which it may use %.2f", quota) : "");
    }
}
