package io.millrace.transport.aeron;

import io.millrace.transport.LogStart;
import org.agrona.MutableDirectBuffer;

/** Of which journal, and of which of its outputs, a sink sends; and whether in an engine with event time. The sending thread. */
final class SinkLog {
    /** 0 where there is none. */
    private long number;

    private String output;
    private long firstLive;
    private boolean isUntimed;

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

    void untimed() {
        isUntimed = true;
    }

    /** What is to be told of the event that stands there; what comes of an entry that the journal had may have been sent before. */
    void tell(MutableDirectBuffer to, int at, int mask, long sequence) {
        if (number != 0) {
            Wire.log(to, at, mask, number, sequence < firstLive);
        }
        if (isUntimed) {
            Wire.untimed(to, at);
        }
    }

    void end() {
        number = 0;
        isUntimed = false;
    }
}
