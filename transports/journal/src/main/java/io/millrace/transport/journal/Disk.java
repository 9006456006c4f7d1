package io.millrace.transport.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * All that we change on a file system ourselves, in the steps that a crash can come between. Tests put one between that
 * remembers them and makes images of what a crash would have left.
 */
interface Disk {
    /** A file that is written from its end on. */
    interface Output extends Closeable {
        void write(byte[] bytes, int offset, int length) throws IOException;

        /** Once it has failed the file is given up: the pages may count as clean by then. */
        void force() throws IOException;
    }

    /** A file in memory: what is written there is in the page cache at once. */
    interface Mapped {
        ByteBuffer bytes();

        /** Once it has failed none that follows is believed. */
        void force() throws IOException;
    }

    /** All of a file that exists and has that length. */
    Mapped map(Path file, int length) throws IOException;

    /** A new file, or an old one made empty; for its owner only. */
    Output create(Path file) throws IOException;

    /** A file that exists, to be written behind its end. */
    Output extend(Path file) throws IOException;

    /** For its owner only; not forced. */
    void createDirectory(Path directory) throws IOException;

    /** In the place of what is there. */
    void rename(Path from, Path to) throws IOException;

    /** A file or an empty directory, if it is there. */
    void delete(Path path) throws IOException;

    /** Makes durable what somebody else has written to a file. */
    void force(Path file) throws IOException;

    /** Makes what was created, renamed and deleted in it durable. */
    void forceDirectory(Path directory) throws IOException;
}
