package io.millrace.examples.journal;

import io.millrace.event.EventType;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.transport.file.CsvSink;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.FileFault;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The CSV file of one output: a column for each component of its record; one of text where it is none that fits columns. */
final class OutputFile<V> implements Closeable {
    private final CsvSink<V> sink;

    private OutputFile(CsvSink<V> sink) {
        this.sink = sink;
    }

    static <V> OutputFile<V> create(Path directory, Output<V> output) throws FileFault {
        String file = name(directory, output);
        CsvSink<V> rows = rows(file, output.type());
        CsvSink<V> sink = rows == null ? text(file, output.type()) : rows;
        sink.begin(); // made now, also where no row will come
        return new OutputFile<>(sink);
    }

    static String name(Path directory, Output<?> output) {
        return directory.resolve(output.name() + ".csv").toString();
    }

    @SuppressWarnings("unchecked") // the events of a type of records are those records
    private static <V> CsvSink<V> rows(String file, EventType<V> type) throws FileFault {
        try {
            return type.recordClass() == null ? null : (CsvSink<V>) (CsvSink<?>) CsvSink.of(file, type.recordClass());
        } catch (IllegalArgumentException e) {
            return null; // a component that no column can hold
        }
    }

    private static <V> CsvSink<V> text(String file, EventType<V> type) throws FileFault {
        byte[] bytes = new byte[type.maxLength()];
        return CsvSink.of(CsvWriter.create(file, "event"), (event, meta, row) -> {
            int length = type.encode(event, bytes, 0);
            row.putText(type.text(bytes, 0, length));
        });
    }

    void put(V event, Meta meta) throws Exception {
        sink.on(event, meta);
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }
}
