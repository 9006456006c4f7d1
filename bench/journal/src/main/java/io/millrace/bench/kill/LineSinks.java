package io.millrace.bench.kill;

import io.millrace.event.Meta;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** The three ways in which something outside has each output once. */
final class LineSinks {
    private LineSinks() {}

    /** Skips by id what its file has; gathers until it is flushed, where it may be killed. A line: sequence, ordinal, text. */
    static final class ById<V> implements EventSink<V> {
        private final Lines lines;
        private final Function<V, String> text;
        private final Instants instants;
        private long lastSequence = -1;
        private int lastOrdinal = -1;

        ById(Path file, Function<V, String> text, Instants instants) throws IOException {
            this.text = text;
            this.instants = instants;
            lines = new Lines(file);
            if (lines.last() != null) {
                String[] words = lines.last().split(" ");
                lastSequence = Long.parseLong(words[0]);
                lastOrdinal = Integer.parseInt(words[1]);
            }
        }

        @Override
        public Resumption resume(String output) {
            return Resumption.idempotent();
        }

        @Override
        public void on(V event, Meta meta) {
            String line = text.apply(event);
            if (meta.sequence() > lastSequence || meta.sequence() == lastSequence && meta.ordinal() > lastOrdinal) {
                lines.put(meta.sequence() + " " + meta.ordinal() + " " + line);
            }
        }

        @Override
        public void flush() throws IOException {
            if (lines.hasGathered()) {
                instants.enter(Aim.FLUSH);
                instants.step(Aim.FLUSH);
                lines.flush();
                instants.step(Aim.FLUSH);
                instants.leave(Aim.FLUSH);
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    /** Its file says how many it holds, and each line is there when the call returns. A line: number, 0, text. */
    static final class Counted<V> implements EventSink<V> {
        private final Lines lines;
        private final Function<V, String> text;
        private long held;

        Counted(Path file, Function<V, String> text) throws IOException {
            this.text = text;
            lines = new Lines(file);
            held = lines.found();
        }

        @Override
        public Resumption resume(String output) {
            return Resumption.after(held);
        }

        @Override
        public void on(V event, Meta meta) throws IOException {
            lines.put(++held + " 0 " + text.apply(event));
            lines.flush();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    /** Writes what it gets, and knows of nothing before. */
    static final class Plain<V> implements EventSink<V> {
        private final Lines lines;
        private final Function<V, String> text;

        Plain(Lines lines, Function<V, String> text) {
            this.lines = lines;
            this.text = text;
        }

        @Override
        public void on(V event, Meta meta) throws IOException {
            lines.put("0 0 " + text.apply(event));
            lines.flush();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
