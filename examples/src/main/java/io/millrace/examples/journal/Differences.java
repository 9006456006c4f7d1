package io.millrace.examples.journal;

import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.transport.file.CsvWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * What two topologies put out over one journal, compared by the ids of outputs. The first one's stands in a temporary file, in the
 * order of entries; the second one's is compared as it comes. So memory holds what one entry puts out, and no more.
 */
final class Differences implements Closeable {
    private final Recorded recorded;
    private final Topology before;
    private final Topology after;
    private final PutOutFile file;
    private final List<PutOut> ofEntry = new ArrayList<>();
    private CsvWriter rows;
    private IOException fault;
    private long news;
    private long gone;
    private long changed;
    private long same;

    Differences(Recorded recorded, Topology before, Topology after) throws IOException {
        this.recorded = recorded;
        this.before = before;
        this.after = after;
        requireSameInputs();
        file = new PutOutFile(before.outputs());
    }

    private void requireSameInputs() throws IOException {
        List<String> ours = before.inputs().stream().map(Differences::shape).toList();
        List<String> theirs = after.inputs().stream().map(Differences::shape).toList();
        if (!ours.equals(theirs)) {
            throw new IOException("the journal has events of the inputs " + before.inputs() + ", and topology "
                    + after.name() + " has the inputs " + after.inputs()
                    + (after.inputs().toString().equals(before.inputs().toString()) ? ", of other layouts" : "")
                    + "; only a topology with the same inputs, in the same order, can run it");
        }
    }

    private static String shape(Input<?> input) {
        return input.name() + " " + input.type().fingerprint();
    }

    /** Runs both; rows may be null. */
    void run(CsvWriter to) throws IOException {
        rows = to;
        Replay.Report one = replay(before, file::write).run();
        file.rewind();
        replay(after, this::take).otherTopology().to(one.evaluated() - 1).run();
        endEntry(Long.MAX_VALUE);
        if (fault != null) {
            throw fault;
        }
    }

    /** Takes an output. */
    private interface Taking {
        void take(PutOut output) throws IOException;
    }

    private Replay replay(Topology topology, Taking to) {
        Setup setup = recorded.setup(topology);
        Consumer<PutOut> guarded = output -> {
            try {
                if (fault == null) {
                    to.take(output);
                }
            } catch (IOException e) {
                fault = e;
            }
        };
        topology.outputs().forEach(output -> bind(setup, output, guarded));
        return Replay.of(setup, recorded.journal()).stopWhen(() -> fault != null);
    }

    private static <V> void bind(Setup setup, Output<V> output, Consumer<PutOut> to) {
        setup.outputWithMeta(output, (event, meta) -> to.accept(PutOut.of(output, event, meta)));
    }

    private void take(PutOut output) throws IOException {
        if (!ofEntry.isEmpty() && ofEntry.get(0).sequence() != output.sequence()) {
            endEntry(ofEntry.get(0).sequence());
        }
        ofEntry.add(output);
    }

    /** Compares what the entries up to here put out. */
    private void endEntry(long upTo) throws IOException {
        Collections.sort(ofEntry);
        for (PutOut output : ofEntry) {
            while (file.peek() != null && file.peek().compareTo(output) < 0) {
                tell("gone", file.next(), null);
            }
            boolean both = file.peek() != null && file.peek().compareTo(output) == 0;
            compare(both ? file.next() : null, output);
        }
        ofEntry.clear();
        while (file.peek() != null && file.peek().sequence() <= upTo) {
            tell("gone", file.next(), null);
        }
    }

    private void compare(PutOut was, PutOut is) throws IOException {
        if (was == null) {
            tell("new", null, is);
        } else if (was.isSame(is)) {
            same++;
        } else {
            tell("changed", was, is);
        }
    }

    private void tell(String change, PutOut was, PutOut is) throws IOException {
        switch (change) {
            case "new" -> news++;
            case "gone" -> gone++;
            default -> changed++;
        }
        if (rows != null) {
            PutOut id = was == null ? is : was;
            rows.putText(change).putText(id.sink()).putText(id.id());
            put(was);
            put(is);
            rows.endRow();
        }
    }

    private void put(PutOut output) throws IOException {
        if (output == null) {
            rows.putAbsent();
        } else {
            rows.putText(output.text());
        }
    }

    String counts() {
        return "new " + news + ", gone " + gone + ", changed " + changed + ", same " + same;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
