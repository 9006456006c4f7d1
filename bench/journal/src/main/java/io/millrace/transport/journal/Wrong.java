package io.millrace.transport.journal;

/** What was found behind a crash is not what had to be. */
final class Wrong extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** In which way. */
    enum Kind {
        LOST,
        /** Also what nobody ever wrote: it is an entry too many. */
        DOUBLED,
        REORDERED
    }

    private final Kind kind;

    Wrong(Kind kind, String what) {
        super(what);
        this.kind = kind;
    }

    /** What does not open or cannot be read, for whatever reason, is lost to whoever has nothing else. */
    static Kind kindOf(Throwable e) {
        return e instanceof Wrong wrong ? wrong.kind : Kind.LOST;
    }
}
