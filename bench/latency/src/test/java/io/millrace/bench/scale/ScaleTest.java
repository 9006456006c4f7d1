package io.millrace.bench.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Engine and loop put out the same, however much there is; a thousandth of the events of a real run. */
class ScaleTest {
    /** Two runs of it are more than a window. */
    private static final long EVENTS = 60_000;

    /** More take more memory than a test has; each run of the command compares the two answers, too. */
    private static final long KEYS_MOST = 1_000_000;

    @ParameterizedTest
    @EnumSource
    void shouldPutOutWhatTheLoopDoes(Dimension dimension) {
        for (long value : dimension.points()) {
            if (dimension == Dimension.KEYS && value > KEYS_MOST) {
                continue;
            }
            Pair pair = dimension.of(value);
            pair.load();
            for (long i = 0; i < 2 * EVENTS; i++) {
                pair.ours(i);
                pair.hand(i);
            }
            assertTrue(pair.handAnswer().count() > 0);
            assertEquals(pair.handAnswer(), pair.oursAnswer(), dimension.unit() + " " + value);
        }
    }
}
