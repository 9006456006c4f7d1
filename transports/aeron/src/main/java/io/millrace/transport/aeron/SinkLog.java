package io.millrace.transport.aeron;

import io.millrace.transport.LogStart;

/** Of which journal, and of which of its outputs, a sink sends. The sending thread. */
final class SinkLog {
    /** 0 where there is none. */
    private long number;

    private String output;
    private long firstLive;

    /** Throws where the sink is of another output already, whose ids those of this one would be taken for. */
    void begin(LogStart start, String where) {
        if (number != 0 && number != start.log()) {
            throw new IllegalStateException(where + "its sink is bound to output " + output + " and to output "
                    + start.output()
                    + ": whoever subscribes could not tell after a restart which of the two it has had; "
                    + "make one sink for each output");
        }
        number = start.log();
        output = start.output();
        firstLive = start.firstLive();
    }

    long number() {
        return number;
    }

    /** Whether what comes of that entry may have been sent before. */
    boolean isOnceMore(long sequence) {
        return sequence < firstLive;
    }

    void end() {
        number = 0;
    }
}
