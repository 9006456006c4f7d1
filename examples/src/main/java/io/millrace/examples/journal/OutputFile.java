package io.millrace.examples.journal;

import io.millrace.event.EventType;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.transport.file.Abandonable;
import io.millrace.transport.file.CsvSink;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.FileFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The CSV file of one output: a column for each component of its record; one of text where it is none that fits columns. Where the output takes
 * rows back or replaces them, a column in front says what a row does.
 */
final class OutputFile<V> implements Abandonable {
    private static final String FORM = "form";

    private final CsvSink<V> sink;

    private OutputFile(CsvSink<V> sink) {
        this.sink = sink;
    }

    static <V> OutputFile<V> create(Path directory, Output<V> output, boolean updates) throws FileFault {
        String file = name(directory, output);
        CsvSink<V> rows = rows(file, output.type(), updates);
        CsvSink<V> sink = rows == null ? text(file, output.type(), updates) : rows;
        sink.begin(); // made now, also where no row will come
        return new OutputFile<>(sink);
    }

    static String name(Path directory, Output<?> output) {
        return directory.resolve(output.name() + ".csv").toString();
    }

    @SuppressWarnings("unchecked") // the events of a type of records are those records
    private static <V> CsvSink<V> rows(String file, EventType<V> type, boolean updates) throws FileFault {
        Class<? extends Record> record = type.recordClass();
        if (record == null) {
            return null;
        }
        try {
            CsvSink<?> sink = updates ? CsvSink.changes(file, record, form(record)) : CsvSink.of(file, record);
            return (CsvSink<V>) sink;
        } catch (IllegalArgumentException e) {
            return null; // a component that no column can hold
        }
    }

    private static <V> CsvSink<V> text(String file, EventType<V> type, boolean updates) throws FileFault {
        byte[] bytes = new byte[type.maxLength()];
        String[] columns = updates ? new String[] {FORM, "event"} : new String[] {"event"};
        return CsvSink.of(CsvWriter.create(file, columns), (event, meta, row) -> {
            if (updates) {
                row.putText(PutOut.word(meta.form()));
            }
            int length = type.encode(event, bytes, 0);
            row.putText(type.text(bytes, 0, length));
        });
    }

    /** Its name, unless a component has it. */
    private static String form(Class<? extends Record> record) {
        String name = FORM;
        while (isComponent(record, name)) {
            name = "_" + name;
        }
        return name;
    }

    private static boolean isComponent(Class<? extends Record> record, String name) {
        return Stream.of(record.getRecordComponents()).anyMatch(c -> c.getName().equals(name));
    }

    void put(V event, Meta meta) throws Exception {
        sink.on(event, meta);
    }

    @Override
    public void abandon() throws FileFault {
        sink.abandon();
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }
}
