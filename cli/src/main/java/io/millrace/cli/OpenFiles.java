package io.millrace.cli;

import io.millrace.transport.file.Abandonable;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.Closeable;
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
     * before, all of them: to make the first one anew empties it, and nobody wants that for a run which the second one prevents.
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

    /** Ends all; so that it can be said how that went while there is still something to say it on. Doing so twice does nothing. */
    public void end() {
        endEach(Closeable::close);
    }

    /**
     * Ends all where what was to write them does not begin, another file cannot be opened say: each as it was found, as far as it can be
     * ({@link Abandonable}). Nothing is left to {@link #end} then.
     */
    public void abandon() {
        endEach(file -> {
            if (file instanceof Abandonable found) {
                found.abandon();
            } else {
                file.close();
            }
        });
    }

    /** Ends a file. */
    private interface Ending {
        void end(Closeable file) throws IOException;
    }

    private void endEach(Ending how) {
        for (Closeable file : open) {
            try {
                how.end(file);
            } catch (IOException e) {
                faults.accept(e);
            }
        }
        open.clear();
    }

    @Override
    public void close() {
        end();
    }
}
