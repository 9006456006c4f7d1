package io.millrace.examples.journal;

import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.transport.file.CsvWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
    private final long[] counts = new long[Change.values().length];

    /** By sink and label; null where there is none. */
    private final Map<String, long[]> byLabel = new TreeMap<>();

    private final Labels labels;
    private Replay.Report one;
    private Replay.Report two;

    /** The first entry that both have run; -1 as long as the second one has not begun. */
    private long begun = -1;

    private final BooleanSupplier stopped;

    /** Labels may be null. */
    Differences(Recorded recorded, Topology before, Topology after, Labels labels, BooleanSupplier stopped)
            throws IOException {
        this.labels = labels;
        this.stopped = stopped;
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

    /** Runs both; rows may be null. Answers false when it was stopped, and has not compared all. */
    boolean run(CsvWriter to) throws IOException {
        rows = to;
        Replay first = replay(before, false, file::write);
        one = (labels == null ? first : first.watch(labels::see)).run();
        file.rewind();
        if (!stopped.getAsBoolean()) {
            two = replay(after, true, this::take)
                    .to(one.first() + one.evaluated() - 1)
                    .watch((sequence, bytes, offset, length) -> begin(sequence))
                    .run();
            begin(two.first());
        }
        boolean went = !stopped.getAsBoolean();
        if (went) {
            endEntry(Long.MAX_VALUE);
        }
        if (fault != null) {
            throw fault;
        }
        return went;
    }

    /** Whether something that differs was told. */
    boolean hasRows() {
        return Stream.of(Change.NEW, Change.GONE, Change.CHANGED).anyMatch(c -> counts[c.ordinal()] > 0);
    }

    /**
     * An engine that goes on may give up entries and the snapshot with which the first one began before the second one begins: then this begins
     * with a later one, and what the first one put out before that is not compared.
     */
    private boolean begin(long sequence) {
        if (begun >= 0) {
            return fault == null;
        }
        begun = sequence;
        try {
            if (sequence > one.first() && recorded.isRunByAnother()) {
                throw new IOException(
                        "entries below " + sequence + " were given up while this ran, and the topology of the"
                                + " journal was run from entry " + one.first() + " on; run it again");
            }
            while (file.peek() != null && file.peek().sequence() < sequence) {
                file.next();
            }
        } catch (IOException e) {
            fault = e;
        }
        return fault == null;
    }

    /** Takes an output. */
    private interface Taking {
        void take(PutOut output) throws IOException;
    }

    private Replay replay(Topology topology, boolean changed, Taking to) {
        Setup setup = recorded.setupBeside(topology);
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
        return recorded.beside(Replay.of(setup, recorded.journal()), changed)
                .stopWhen(() -> fault != null || stopped.getAsBoolean());
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
                tell(Change.GONE, file.next(), null);
            }
            boolean both = file.peek() != null && file.peek().compareTo(output) == 0;
            compare(both ? file.next() : null, output);
        }
        ofEntry.clear();
        while (file.peek() != null && file.peek().sequence() <= upTo) {
            tell(Change.GONE, file.next(), null);
        }
    }

    private void compare(PutOut was, PutOut is) throws IOException {
        if (was == null) {
            tell(Change.NEW, null, is);
        } else if (was.isSame(is)) {
            count(Change.SAME, is);
        } else {
            tell(Change.CHANGED, was, is);
        }
    }

    private void count(Change change, PutOut output) {
        counts[change.ordinal()]++;
        if (labels != null) {
            byLabel.computeIfAbsent(output.sink() + " " + labels.of(output.event()), l -> new long[counts.length])[
                    change.ordinal()]++;
        }
    }

    private void tell(Change change, PutOut was, PutOut is) throws IOException {
        PutOut id = was == null ? is : was;
        count(change, id);
        if (rows != null) {
            rows.putText(change.word).putText(id.sink()).putText(id.id());
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

    /** Which options the two were made with, where these differ. */
    private void printOptions(PrintStream to) {
        Set<String> names = new LinkedHashSet<>(before.options().keySet());
        names.addAll(after.options().keySet());
        for (String name : names) {
            String was = before.options().get(name);
            String is = after.options().get(name);
            if (!Objects.equals(was, is)) {
                to.println("option " + name + (was == null ? "  is new" : "  was " + was)
                        + (is == null ? ", is gone" : was == null ? ": " + is : ", is " + is));
            }
        }
    }

    /** What differs by sink and label, then how long entries take and how much state there is, then all that differs. */
    void print(PrintStream to) {
        printOptions(to);
        long last = one.first() + one.evaluated() - 1;
        if (begun > last && begun > one.first()) {
            to.println("compared  no entries: those up to " + last + " were given up while this ran; run it again");
        } else if (begun > 0) {
            to.println(
                    "compared  entries " + begun + " to " + last + ", from a snapshot on: older ones have been given up"
                            + (begun > one.first() ? ", those from " + one.first() + " on while this ran" : ""));
        }
        byLabel.forEach((label, counted) -> to.println(label + "  " + Change.text(counted)));
        new Speeds(recorded, stopped).print(before, one, after, two, begun, to);
        to.println(Change.text(counts));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
