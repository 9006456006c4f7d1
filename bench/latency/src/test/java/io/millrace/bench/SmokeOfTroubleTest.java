package io.millrace.bench;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those of {@link SmokeTest} in which too much comes at once, or too little goes out. */
class SmokeOfTroubleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "storm --cards 20000 --rate 200 --seconds 1 --pairs 1 --jvm",
                "stuck-sink --rate 500 --seconds 1 --pairs 1",
                "overload --measure 1 --seconds 1 --ways block,refuse --normal 600000 --heap 500"
            })
    void shouldRunEachScenario(String line) throws Exception {
        SmokeTest.assertRuns(line);
    }
}
