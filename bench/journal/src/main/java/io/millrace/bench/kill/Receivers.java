package io.millrace.bench.kill;

import io.millrace.engine.Setup;
import io.millrace.event.Output;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.file.CsvSink;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What stands outside of a child: a file that knows its lines by id, one that counts them, a CSV file that goes on beside that (which is
 * forced with snapshots, and compared with what a start makes again), and a receiver that the journal counts for.
 */
final class Receivers implements Closeable {
    /** The CSV file, of counts. */
    static final String ROWS = "counts.csv";

    private final Path directory;
    private final Instants instants;
    private final Delivery delivery;
    private final Lines silent;

    Receivers(Path directory, boolean threads, Instants instants) throws IOException {
        this.directory = directory;
        this.instants = instants;
        delivery = threads ? Delivery.blocking() : Delivery.inline();
        silent = new Lines(directory.resolve("silent"));
    }

    /** With a journal. */
    void bind(Setup setup) throws IOException {
        setup.output(Load.SUMS, new LineSinks.ById<Load.Sum>(directory.resolve("sums"), this::seen, instants), delivery)
                .output(
                        Load.COUNTS,
                        new LineSinks.Counted<Load.Count>(directory.resolve("counts"), Receivers::line),
                        delivery)
                .output(Load.COUNTS, CsvSink.resume(directory.resolve(ROWS).toString(), Load.Count.class), delivery)
                .output(Load.SILENT, this::fellSilent, delivery);
    }

    /** What is without a journal has nothing that knows what was there before. */
    void bindPlain(Setup setup) throws IOException {
        bind(setup, Load.SUMS, new Lines(directory.resolve("sums")), Receivers::line);
        bind(setup, Load.COUNTS, new Lines(directory.resolve("counts")), Receivers::line);
        bind(setup, Load.SILENT, silent, Receivers::line);
    }

    private <V> void bind(Setup setup, Output<V> output, Lines lines, Function<V, String> text) {
        EventSink<V> sink = new LineSinks.Plain<>(lines, text);
        setup.output(output, sink, delivery);
    }

    /** What is outside stands in the journal, and so does all that its producer sent before. */
    private String seen(Load.Sum s) {
        instants.safe((int) (s.key() / Load.KEYS_APART), s.n() + 1);
        return line(s);
    }

    /** Marked: the journal knows that it was called. */
    private void fellSilent(Load.NumberedSilent s) throws IOException {
        instants.enter(Aim.RECEIVER);
        instants.step(Aim.RECEIVER);
        silent.put(s.number() + " 0 " + line(s));
        silent.flush();
        instants.step(Aim.RECEIVER);
        instants.leave(Aim.RECEIVER);
    }

    private static String line(Load.Sum s) {
        return s.key() + " " + s.n() + " " + s.sum();
    }

    private static String line(Load.Count c) {
        return c.key() + " " + c.startMs() + " " + c.count() + " " + c.sum();
    }

    private static String line(Load.NumberedSilent s) {
        return s.key() + " " + s.n();
    }

    @Override
    public void close() throws IOException {
        silent.close();
    }
}
