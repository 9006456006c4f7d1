package io.millrace.transport.file;

import java.io.Closeable;

/** A file that is written, and can be left as it was found where what was to write it does not begin. */
public interface Abandonable extends Closeable {
    /**
     * Ends it in place of {@link #close}, where the start that it was opened for is refused: what was gathered goes nowhere. A file that was not
     * there is not there again, whatever has been written to it since, unless it was moved away, or is what a link
     * named that led nowhere. One that goes on ({@link FileOutput#resume}) is byte for
     * byte as it was found; a kill in the middle of that, or a disk that does not take it, leaves it cut, with the rest beside it in NAME.cut-N. One that
     * was there and is made anew is as it was found until something of it is handed on (a flush, 64 KiB of rows) or an engine begins with a sink
     * over it; from then on, and where it may be
     * written and not read, it holds what was written to it since, and so does whatever is not a plain file. Behind {@link #close} it does nothing.
     *
     * @throws FileFault if it cannot be put back, or ended
     */
    void abandon() throws FileFault;
}
