package io.millrace.transport.journal;

import io.millrace.journal.JournalLog.SnapshotWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small files beside a log, each written whole or not at all. */
final class Notes {
    static final String PREFIX = "note-";

    private Notes() {}

    static void keep(Settings settings, String name, SnapshotWriter writer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.write(bytes);
        Path fresh = settings.directory.resolve(PREFIX + name + ".new");
        try (Disk.Output file = settings.disk.create(fresh)) {
            file.write(bytes.toByteArray(), 0, bytes.size());
            file.force();
        }
        settings.disk.rename(fresh, settings.directory.resolve(PREFIX + name));
        settings.disk.forceDirectory(settings.directory);
    }

    static InputStream open(Settings settings, String name) throws IOException {
        Path file = settings.directory.resolve(PREFIX + name);
        return Files.exists(file) ? new BufferedInputStream(Files.newInputStream(file)) : null;
    }
}
