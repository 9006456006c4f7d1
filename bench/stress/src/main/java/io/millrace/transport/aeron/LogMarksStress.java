package io.millrace.transport.aeron;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * An output of a journal is heard for the first time, (7, 7), and what a death would leave is looked at, last stores first: whose place
 * it is, which id holds, and what that is (sequence and ordinal together, 77 when both are there).
 */
@JCStressTest
@Outcome(
        id = {"0, 0, 0", "0, 1, 77"},
        expect = Expect.ACCEPTABLE,
        desc = "of nobody yet: nothing was heard")
@Outcome(id = "5, 1, 77", expect = Expect.ACCEPTABLE, desc = "heard, and whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "a place whose id is not there, or a mixture")
@State
public class LogMarksStress {
    private static final long LOG = 5;

    private final ByteBuffer bytes = ByteBuffer.allocate(LogMarks.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final LogMarks marks = new LogMarks(bytes);
    private final ByteBuffer seen = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);

    @Actor
    public void writer() {
        marks.take(LOG, 7, 7);
    }

    @Actor
    public void reader(JJJ_Result r) {
        r.r1 = seen.getLong(0);
        VarHandle.loadLoadFence();
        r.r2 = seen.getLong(8);
        VarHandle.loadLoadFence();
        int id = 16 + (int) r.r2 * 16;
        r.r3 = seen.getLong(id) * 10 + seen.getLong(id + 8);
    }
}
