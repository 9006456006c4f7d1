package io.millrace.cli;

import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One run of a command that reads files, works on this thread and writes files: what is common to all of them. The first fault
 * counts, is said in one line and makes the exit code 1; what was read before it is finished. An interrupt ends the reading, and
 * the exit code is 130.
 */
public abstract class FileRun {
    private final String command;
    private final Files files;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Interrupts interrupts = Interrupts.stopping(stop);
    private final OpenFiles outputs = new OpenFiles(this::failed);
    private IOException fault;
    private boolean told;

    /** The rows that are not taken. */
    protected final RefusedRows letters;

    /**
     * The files that each of these commands may write, beside its own.
     *
     * @param deadLetters the rows that were not taken, or null
     * @param json        the table, or null
     * @param onStandard  whether any output of the command is standard output: then the table goes to standard error
     */
    public record Files(String deadLetters, String json, boolean onStandard) {}

    /**
     * A run that has not begun.
     *
     * @param command the command's name, for messages
     * @param files   what it may write
     */
    protected FileRun(String command, Files files) {
        this.command = command;
        this.files = files;
        letters = new RefusedRows(command, files.deadLetters, System.err);
    }

    /**
     * Runs it.
     *
     * @return the exit code
     */
    public final int run() {
        try (interrupts) {
            try {
                read();
            } catch (FileFault e) {
                failed(e);
            }
            if (interrupts.happened() && !told) {
                tellOfNothing();
            }
            if (fault != null) {
                System.err.println("millrace " + command + ": " + fault.getMessage());
            }
            return interrupts.happened() ? Command.INTERRUPTED : fault == null ? Command.OK : Command.FAILED;
        }
    }

    /** Interrupted before the first row: there is a table all the same. */
    private void tellOfNothing() {
        try {
            write();
        } catch (FileFault e) {
            System.err.println("millrace " + command + ": " + e.getMessage());
        }
    }

    /**
     * Opens the inputs and calls {@link #write}.
     *
     * @throws FileFault when they cannot be read at all
     */
    protected abstract void read() throws FileFault;

    /**
     * Opens the outputs of the command. Called twice: before the second time they are only looked at ({@link OpenFiles#looking}).
     *
     * @param outputs opens them, and ends them
     * @throws FileFault when one cannot be opened
     */
    protected abstract void open(OpenFiles outputs) throws FileFault;

    /**
     * Does the work; none when it {@link #isStopped}, and then the inputs may not even be open.
     *
     * @return the table
     * @throws FileFault when an output cannot be written; faults of inputs go to {@link #failed}
     */
    protected abstract Summary work() throws FileFault;

    /**
     * Prints what belongs in front of the table.
     *
     * @param to where the table will be printed
     */
    protected void print(PrintStream to) {}

    /**
     * Opens the outputs, does the work, and tells of it.
     *
     * @throws FileFault when an output cannot be opened or written
     */
    protected final void write() throws FileFault {
        try (outputs) {
            FileOutput json = openAll();
            Summary summary = work();
            if (json != null) {
                json.write(summary.json().getBytes(StandardCharsets.UTF_8));
            }
            outputs.end();
            PrintStream to = files.onStandard ? System.err : System.out;
            print(to);
            summary.print(to);
            told = true;
        } catch (IOException e) {
            throw fault(e);
        }
    }

    private static FileFault fault(IOException e) {
        if (e instanceof FileFault fault) {
            return fault;
        }
        throw new IllegalStateException("files fail with a FileFault", e);
    }

    /** Answers that of the table. Where one cannot be opened the others are left as they were found, as far as they can be. */
    private FileOutput openAll() throws FileFault {
        try {
            openAll(OpenFiles.looking());
            return openAll(outputs);
        } catch (Throwable t) {
            outputs.abandon(t);
            throw t;
        }
    }

    /**
     * Starts the engine of this run, and then empties what is made anew: whoever looks at an output while it runs is not to find the run before.
     * Where it cannot be started the outputs, to which nothing was written, are left as they were found, as far as they can be.
     *
     * @param starts the engine
     * @param <E>    what it is
     * @return that
     * @throws FileFault when an output cannot be written
     */
    protected final <E extends AutoCloseable> E started(Supplier<E> starts) throws FileFault {
        E engine;
        try {
            engine = starts.get();
        } catch (Throwable t) {
            outputs.abandon(t);
            throw t;
        }
        try {
            outputs.flush();
            return engine;
        } catch (IOException e) {
            close(engine, e);
            throw fault(e);
        }
    }

    private static void close(AutoCloseable engine, Throwable why) {
        try {
            engine.close();
        } catch (Exception e) {
            why.addSuppressed(e);
        }
    }

    private FileOutput openAll(OpenFiles by) throws FileFault {
        open(by);
        letters.writeTo(by.open(files.deadLetters, DeadLetterWriter::create), this::failed);
        return by.open(files.json, FileOutput::create);
    }

    /**
     * Whether the reading is to end.
     *
     * @return true after an interrupt, or when an output cannot be written any more
     */
    protected final boolean isStopped() {
        return stop.get();
    }

    /**
     * Notes a fault of an input: what was read is finished. Only the first counts; that reading ended because of an interrupt is none.
     *
     * @param e why
     */
    protected final void failed(IOException e) {
        if (fault == null && !interrupts.happened()) {
            fault = e;
        }
    }

    /**
     * Notes a fault of an output, and ends the reading.
     *
     * @param e why
     */
    protected final void outputFailed(IOException e) {
        failed(e);
        stop.set(true);
    }
}
