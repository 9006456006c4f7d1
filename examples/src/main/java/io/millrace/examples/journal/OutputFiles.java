package io.millrace.examples.journal;

import io.millrace.cli.OpenFiles;
import io.millrace.engine.Setup;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operator.Updates;
import io.millrace.topology.Topology;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a replay, one an output; or none. The first fault counts, and ends the replay. One that is refused before its first row makes none. */
final class OutputFiles implements Closeable {
    private final OpenFiles files = new OpenFiles(this::failed);
    private final Path directory;
    private IOException fault;
    private boolean hasRows;

    OutputFiles(String directory) throws IOException {
        this.directory = directory == null ? null : Path.of(directory);
        if (directory != null) {
            Files.createDirectories(this.directory);
        }
    }

    /** Binds all outputs. */
    Setup bind(Setup setup, Topology topology) throws FileFault {
        for (Output<?> output : topology.outputs()) {
            if (directory != null) {
                FileOutput.check(OutputFile.name(directory, output)); // all of them, before the first is made anew
            }
        }
        for (Output<?> output : topology.outputs()) {
            if (directory == null) {
                setup.discard(output);
            } else {
                bind(setup, output, topology.updates(output) != Updates.NONE);
            }
        }
        return setup;
    }

    private <V> void bind(Setup setup, Output<V> output, boolean updates) throws FileFault {
        OutputFile<V> file = files.open(directory.toString(), name -> OutputFile.create(directory, output, updates));
        setup.outputWithMeta(output, (event, meta) -> {
            if (fault == null) {
                hasRows = true;
                try {
                    file.put(event, meta);
                } catch (IOException e) {
                    failed(e);
                } catch (
                        RuntimeException
                                e) { // else a dead letter of the replay, which nobody sees, and a file that is short
                    failed(unwritable(output, meta, e));
                }
            }
        });
    }

    private FileFault unwritable(Output<?> output, Meta meta, RuntimeException e) {
        String place = output.name() + "/" + meta.sequence() + "." + meta.ordinal();
        return new FileFault(
                OutputFile.name(directory, output),
                0,
                "output " + place + " cannot be written",
                e.getMessage() == null ? e.toString() : e.getMessage(),
                "replay without --out, or only entries without it (--from, --to)");
    }

    private void failed(IOException e) {
        fault = fault == null ? e : fault;
    }

    boolean hasFailed() {
        return fault != null;
    }

    /** Ends all files. */
    void end() throws IOException {
        files.close();
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public void close() {
        if (!hasRows) {
            files.abandon(); // unless they have been ended
        }
        files.close();
    }
}
