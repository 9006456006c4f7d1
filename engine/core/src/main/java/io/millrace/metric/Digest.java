package io.millrace.metric;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a run has put out, as one hash, and as a hash of each output at regular checkpoints. The same log gives the same
 * digest on every host, with any number of threads. If two runs should be equal and are not, {@link DigestComparison}
 * finds where they differ. Dead letters are not included, unless the topology reads them and puts something out.
 *
 * @param topology the name of the topology
 * @param entries how many entries of the log it covers
 * @param outputs in the topology's order
 * @param trace what each node put out, if that was requested; in the topology's order
 */
public record Digest(String topology, long entries, List<OutputDigest> outputs, List<NodeTrace> trace) {
    /**
     * Returns the hash over all outputs.
     *
     * @return made of names, numbers of events and hashes of the outputs, in their order
     */
    public long hash() {
        long h = Hash64.SEED;
        for (OutputDigest o : outputs) {
            h = Hash64.add(Hash64.add(Hash64.add(h, o.output()), o.events()), o.hash());
        }
        return h;
    }

    /**
     * Writes everything except the trace to a small text file, with a line for each output and each checkpoint. Equal
     * runs give equal bytes.
     *
     * @param file created, or overwritten
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        DigestFile.write(this, file);
    }

    /**
     * Reads what {@link #write(Path)} has written.
     *
     * @param file the file
     * @return without a trace
     * @throws IOException if it cannot be read, or is something else; the message names the line
     */
    public static Digest read(Path file) throws IOException {
        return DigestFile.read(file);
    }

    /**
     * Writes the same text as {@link #write(Path)}.
     *
     * @param to where to; not closed
     * @throws IOException if it cannot be written
     */
    public void write(Writer to) throws IOException {
        DigestFile.write(this, to);
        to.flush();
    }

    /**
     * Reads what {@link #write(Writer)} has written.
     *
     * @param from where from; not closed
     * @param name what messages call it
     * @return without a trace
     * @throws IOException if it cannot be read, or is something else; the message names the line
     */
    public static Digest read(Reader from, String name) throws IOException {
        return DigestFile.read(from, name);
    }

    @Override
    public String toString() {
        long events = outputs.stream().mapToLong(OutputDigest::events).sum();
        return "topology " + topology + ": " + entries + " entries, " + events + " outputs, digest "
                + String.format(Locale.ROOT, "%016x", hash());
    }
}
