package io.millrace.transport.file;

import java.io.Closeable;

/** A file that is written, and can be left as it was found where what was to write it does not begin. */
public interface Abandonable extends Closeable {
    /**
     * Ends it in place of {@link #close}, where the start that it was opened for is refused: what was gathered goes nowhere. A file that was not
     * there is not there again, whatever has been written to it since. One that goes on ({@link FileOutput#resume}) is byte for byte as it was
     * found. One that was there and was made anew has been emptied when it was opened, and holds what was written to it since; so does whatever is not a
     * plain file. Behind {@link #close} it does nothing.
     *
     * @throws FileFault if it cannot be put back, or ended
     */
    void abandon() throws FileFault;
}
