package io.millrace.transport.journal;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A number is written, from 0 to 1, and its pairs are looked at, the second first: what has come of that was behind all of the first.
 * How many words of the second pair were there, and of the first.
 */
@JCStressTest
@Outcome(
        id = {"0, 0", "0, 1", "0, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "the second pair is as it was, and holds whatever is torn of the first")
@Outcome(
        id = {"1, 2", "2, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "the first pair is whole where anything has come of the second")
@Outcome(expect = Expect.FORBIDDEN, desc = "both are torn, and a kill would leave none")
@State
public class MarksFileStress {
    private static final int NUMBER = 3;
    private static final int EACH = 32;

    private final ByteBuffer bytes = ByteBuffer.allocate(MarksFile.LENGTH);
    private final MarksFile marks = new MarksFile(Path.of(MarksFile.NAME), bytes);
    private final ByteBuffer seen = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);

    @Actor
    public void writer() {
        marks.set(NUMBER, 1);
    }

    @Actor
    public void reader(II_Result r) {
        r.r1 = words(NUMBER * EACH + 16);
        VarHandle.loadLoadFence();
        r.r2 = words(NUMBER * EACH);
    }

    private int words(int pair) {
        return (seen.getLong(pair) != 0 ? 1 : 0) + (seen.getLong(pair + 8) != 0 ? 1 : 0);
    }
}
