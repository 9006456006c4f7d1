package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EntryForm;
import io.millrace.event.RefusedException;
import io.millrace.operator.Flow;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row that takes another one back does not look like one that stays. */
class CsvSinkChangesTest {
    record Row(long key, long n) {}

    @TempDir
    Path folder;

    private static Flow meta(EntryForm form) {
        Flow meta = new Flow();
        meta.begin(1, 1, null, 0);
        meta.form(form);
        return meta;
    }

    @Test
    void shouldSayWhatARowDoesWhereThatIsDeclared() throws Exception {
        String file = folder.resolve("rows.csv").toString();
        try (CsvSink<Row> sink = CsvSink.changes(file, Row.class, "op")) {
            sink.on(new Row(1, 5), meta(EntryForm.INSERT));
            sink.on(new Row(1, 7), meta(EntryForm.REPLACEMENT));
        }
        try (CsvSink<Row> sink = CsvSink.resumeChanges(file, Row.class, "op")) {
            assertEquals(2, sink.resume("rows").held());
            sink.on(new Row(1, 7), meta(EntryForm.RETRACTION));
        }
        assertEquals("op,key,n\ninsert,1,5\nreplacement,1,7\nretraction,1,7\n", Files.readString(Path.of(file)));
    }

    @Test
    void shouldRefuseWhatDoesNotStayWhereItIsNot() throws Exception {
        String file = folder.resolve("rows.csv").toString();
        try (CsvSink<Row> sink = CsvSink.of(file, Row.class)) {
            sink.on(new Row(1, 5), meta(EntryForm.INSERT));
            String why = assertThrows(RefusedException.class, () -> sink.on(new Row(1, 5), meta(EntryForm.RETRACTION)))
                    .getMessage();
            assertEquals(
                    "a retraction of Row[key=1, n=5] would look like a row that stays; use CsvSink.changes(..) or"
                            + " resumeChanges(..), which have a column for that",
                    why);
        }
        assertEquals("key,n\n1,5\n", Files.readString(Path.of(file)));
    }

    @Test
    void shouldRefuseAColumnOfTheNameOfAComponent() {
        String why = assertThrows(
                        IllegalArgumentException.class,
                        () -> CsvSink.changes(folder.resolve("rows.csv").toString(), Row.class, "key"))
                .getMessage();
        assertTrue(why.contains("has a component key of its own"), why);
    }
}
