package io.millrace.transport.file;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.function.Executable;

/** What the present thread allocates. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    static long bytesOf(Executable work) throws Throwable {
        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()); // its own first call allocates
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        work.execute();
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}
