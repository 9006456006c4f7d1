package io.millrace.transport.file;

import io.millrace.event.ShownMessage;
import java.io.IOException;

/**
 * Thrown if a file cannot be read to its end, or cannot be written. The message is one line, ready for standard error:
 * {@code FILE:LINE: what; the value; the cure}, without the line if none is known. What was read before the fault stays
 * valid.
 */
public final class FileFault extends IOException implements ShownMessage {
    private static final long serialVersionUID = 1L;

    /** Stands for "no line known"; lines count from 1. */
    static final long NO_LINE = 0;

    private final String file;
    private final long line;
    private final String what;
    private final String value;
    private final String cure;

    /**
     * Creates a fault.
     *
     * @param file its name as the user gave it
     * @param line the line, from 1; 0 if none is known
     * @param what what is wrong
     * @param value the thing that is wrong
     * @param cure what the user can do
     */
    public FileFault(String file, long line, String what, String value, String cure) {
        super(Shown.name(file) + (line > NO_LINE ? ":" + line : "") + ": " + what + "; " + Shown.value(value) + "; "
                + cure);
        this.file = file;
        this.line = line;
        this.what = what;
        this.value = value;
        this.cure = cure;
    }

    /**
     * The same fault, at a line.
     *
     * @param atLine the line, from 1
     * @return a fault with this one as its cause
     */
    FileFault at(long atLine) {
        FileFault located = new FileFault(file, atLine, what, value, cure);
        located.initCause(this);
        return located;
    }

    /**
     * Returns the file at fault.
     *
     * @return its name as the user gave it
     */
    public String file() {
        return file;
    }

    /**
     * Returns the line at fault: where the row starts that could not be read.
     *
     * @return the line, from 1; 0 if none is known
     */
    public long line() {
        return line;
    }
}
