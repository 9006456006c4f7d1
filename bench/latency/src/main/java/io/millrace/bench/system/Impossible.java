package io.millrace.bench.system;

import io.millrace.cli.Options;
import io.millrace.cli.UsageException;

/** A value of an option makes no sense; whoever has the options says which it was. */
public final class Impossible extends Exception {
    private static final long serialVersionUID = 1;

    private final String cure;

    /**
     * With the reason.
     *
     * @param what is wrong
     * @param cure what would help
     */
    public Impossible(String what, String cure) {
        super(what);
        this.cure = cure;
    }

    /** For the user. */
    public UsageException of(Options options, String option) {
        return options.bad(option, getMessage(), cure);
    }
}
