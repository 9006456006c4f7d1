package io.millrace.examples.velocity;

import io.millrace.cli.RefusedRows;
import io.millrace.cli.StoppableInput;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.RowProblem;
import java.io.Closeable;
import java.util.function.BooleanSupplier;

/** Where the events come from, one at a time: a file, or the generator. */
final class Events implements Closeable {
    private final String name;
    private final CsvReader reader;
    private final EventGenerator generator;
    private final RefusedRows letters;
    private long line;

    private Events(String name, CsvReader reader, EventGenerator generator, RefusedRows letters) {
        this.name = name;
        this.reader = reader;
        this.generator = generator;
        this.letters = letters;
    }

    static Events open(VelocityOptions options, RefusedRows letters, BooleanSupplier stopped) throws FileFault {
        String name = options.inputName();
        if (options.events() == null) {
            return new Events(name, null, new EventGenerator(options.count(), options.seed()), letters);
        }
        CsvReader reader = StoppableInput.maybeSilent(options.events())
                ? CsvReader.of(name, StoppableInput.open(options.events(), stopped), EventRows.COLUMNS)
                : CsvReader.open(options.events(), EventRows.COLUMNS);
        return new Events(name, reader, null, letters);
    }

    /** The next event; null at the end. Rows that are none are refused. */
    CardEvent next() throws FileFault {
        if (reader == null) {
            line++;
            return generator.next();
        }
        while (reader.next()) {
            line = reader.row().line();
            try {
                return EventRows.event(reader.row());
            } catch (RowProblem e) {
                letters.refused(name, line, e.reason(), e.detail(), raw());
            }
        }
        return null;
    }

    String name() {
        return name;
    }

    /** Where the event stood; of a generated one its number. */
    long line() {
        return line;
    }

    String raw() {
        return reader == null ? null : reader.row().raw();
    }

    @Override
    public void close() throws FileFault {
        if (reader != null) {
            reader.close();
        }
    }
}
