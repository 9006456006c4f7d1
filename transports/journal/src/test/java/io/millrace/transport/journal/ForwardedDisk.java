package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.file.Path;

/** The file system, for a test to do something at one of its steps. */
class ForwardedDisk implements Disk {
    private final Disk disk = new RealDisk();

    @Override
    public Mapped map(Path file, int length) throws IOException {
        return disk.map(file, length);
    }

    @Override
    public Output create(Path file) throws IOException {
        return disk.create(file);
    }

    @Override
    public Output extend(Path file) throws IOException {
        return disk.extend(file);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        disk.createDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void force(Path file) throws IOException {
        disk.force(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        disk.forceDirectory(directory);
    }
}
