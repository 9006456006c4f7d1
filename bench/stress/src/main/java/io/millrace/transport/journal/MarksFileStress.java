package io.millrace.transport.journal;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
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
    private static final int EACH = 32;
    private static final int NUMBERS = 512;

    /** More numbers than samples are under way: a file of its own for each would be 32 KiB, read whole, and most of the run. */
    private static final Numbers[] FILES =
            Stream.generate(Numbers::new).limit(128).toArray(Numbers[]::new);

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final Numbers file;
    private final int number;

    /** A number that is 0 again. */
    public MarksFileStress() {
        int next = NEXT.getAndIncrement() & FILES.length * NUMBERS - 1;
        file = FILES[next / NUMBERS];
        number = next % NUMBERS;
        file.marks.set(number, 0);
    }

    private static final class Numbers {
        private final ByteBuffer bytes = ByteBuffer.allocate(MarksFile.LENGTH);
        private final MarksFile marks = new MarksFile(Path.of(MarksFile.NAME), bytes);
        private final ByteBuffer seen = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);

        private int words(int pair) {
            return (seen.getLong(pair) != 0 ? 1 : 0) + (seen.getLong(pair + 8) != 0 ? 1 : 0);
        }
    }

    @Actor
    public void writer() {
        file.marks.set(number, 1);
    }

    @Actor
    public void reader(II_Result r) {
        r.r1 = file.words(number * EACH + 16);
        VarHandle.loadLoadFence();
        r.r2 = file.words(number * EACH);
    }
}
