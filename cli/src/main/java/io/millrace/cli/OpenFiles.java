package io.millrace.cli;

import io.millrace.transport.file.Abandonable;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Files that are ended together, each of them whatever becomes of the others. For one thread at a time. */
public final class OpenFiles implements Closeable {
    private final List<Closeable> open = new ArrayList<>();
    private final Consumer<IOException> faults;
    private final boolean looks;

    /**
     * None yet.
     *
     * @param faults hears of each that cannot be ended
     */
    public OpenFiles(Consumer<IOException> faults) {
        this(faults, false);
    }

    private OpenFiles(Consumer<IOException> faults, boolean looks) {
        this.faults = faults;
        this.looks = looks;
    }

    /**
     * None, and none will be: of each output it is only seen whether it could be opened. Whoever opens several has them looked at
     * before, all of them: a first one that is made anew may be emptied by that, and nobody wants that for a run which the second one prevents.
     *
     * @return {@link #open} answers null
     */
    public static OpenFiles looking() {
        return new OpenFiles(e -> {}, true);
    }

    /**
     * Opens a file.
     *
     * @param <F> the file
     */
    @FunctionalInterface
    public interface Opening<F extends Closeable> {
        /**
         * Opens it.
         *
         * @param name its name
         * @return the file
         * @throws FileFault when that is not possible
         */
        F open(String name) throws FileFault;
    }

    /**
     * Opens a file, if there is a name.
     *
     * @param name null for none
     * @param how  opens it
     * @param <F>  the file
     * @return null when there is no name, or it is only looked at
     * @throws FileFault when it cannot be opened
     */
    public <F extends Closeable> F open(String name, Opening<F> how) throws FileFault {
        if (name == null) {
            return null;
        }
        if (looks) {
            FileOutput.check(name);
            return null;
        }
        F file = how.open(name);
        open.add(file);
        return file;
    }

    /**
     * Hands on what each has gathered: one that is made anew is emptied by that, at the latest.
     *
     * @throws IOException of the first that cannot be written
     */
    public void flush() throws IOException {
        for (Closeable file : open) {
            if (file instanceof Flushable gathers) {
                gathers.flush();
            }
        }
    }

    /** Ends all; so that it can be said how that went while there is still something to say it on. Doing so twice does nothing. */
    public void end() {
        tell(endEach(Closeable::close));
    }

    /**
     * Ends all where what was to write them does not begin: each as it was found, as far as it can be ({@link Abandonable}). Nothing is left to
     * {@link #end} then.
     */
    public void abandon() {
        tell(endEach(OpenFiles::abandon));
    }

    /**
     * As {@link #abandon()}, where it is known why, another file cannot be opened say: that comes first, and nothing is thrown here.
     *
     * @param why what cannot be ended is added to it
     */
    public void abandon(Throwable why) {
        for (Throwable t : endEach(OpenFiles::abandon)) {
            if (t != why) {
                why.addSuppressed(t);
            }
        }
    }

    private static void abandon(Closeable file) throws IOException {
        if (file instanceof Abandonable found) {
            found.abandon();
        } else {
            file.close();
        }
    }

    /** Ends a file. */
    private interface Ending {
        void end(Closeable file) throws IOException;
    }

    /** Answers what was thrown, in their order. */
    private List<Throwable> endEach(Ending how) {
        List<Throwable> thrown = new ArrayList<>();
        for (Closeable file : open) {
            try {
                how.end(file);
            } catch (Throwable t) {
                thrown.add(t);
            }
        }
        open.clear();
        return thrown;
    }

    /** Throws the first that is no fault of a file, when all have been heard of; what hears of them may throw, too. */
    private void tell(List<Throwable> thrown) {
        Throwable first = null;
        for (Throwable t : thrown) {
            Throwable left = t instanceof IOException fault ? heard(fault) : t;
            if (first == null) {
                first = left;
            } else if (left != null && left != first) {
                first.addSuppressed(left);
            }
        }
        if (first instanceof Error e) {
            throw e;
        }
        if (first instanceof RuntimeException e) {
            throw e;
        }
    }

    private Throwable heard(IOException fault) {
        try {
            faults.accept(fault);
            return null;
        } catch (Throwable t) {
            return t;
        }
    }

    @Override
    public void close() {
        end();
    }
}
