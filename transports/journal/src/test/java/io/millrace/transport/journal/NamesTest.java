package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Names of files, which are read again. */
class NamesTest {
    @Test
    @ResourceLock(Resources.LOCALE)
    void shouldBeTheSameInEachCountry() {
        Locale before = Locale.getDefault();
        try {
            for (String tag : new String[] {"fa-IR", "ar-EG-u-nu-arab", "de-AT"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertEquals("epoch-0000012", Epoch.directoryName(12));
                assertEquals(12, Epoch.numberOf(Epoch.directoryName(12)));
                Path snapshot = new Snapshot(34, 1, 1).file(Path.of("j"));
                assertEquals(
                        "snapshot-0000000000000000034", snapshot.getFileName().toString());
                assertEquals(34, Snapshot.nextOf(snapshot.getFileName().toString()));
            }
        } finally {
            Locale.setDefault(before);
        }
    }
}
