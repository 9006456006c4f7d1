package io.millrace.engine;

import java.util.function.Supplier;

/**
 * Runs what works with files. A channel that a thread with an interrupt works with is closed by that, and a journal would be lost to the
 * host for a wish that nobody had; so the interrupt is put aside meanwhile.
 */
final class Undisturbed {
    private Undisturbed() {}

    static <T> T get(Supplier<T> what) {
        boolean interrupted = Thread.interrupted();
        try {
            return what.get();
        } finally {
            restore(interrupted);
        }
    }

    /** For what must not allocate: put aside by {@link Thread#interrupted}. */
    static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A thread of the engine's own that works with files, and cannot be interrupted in the midst of that. */
    static Thread thread(Runnable body, String name) {
        return new Thread(body, name) {
            @Override
            public void interrupt() {
                // not a command here, see above; who wants the engine to end closes it
            }
        };
    }
}
