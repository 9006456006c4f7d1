package io.millrace.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which flags stand in the head of a table, and go on to the JVMs that a command starts. */
class MachineTest {
    @ParameterizedTest
    @CsvSource({
        "-Xmx2g, true",
        "-XX:+UseZGC, true",
        "-Dmy.setting=5, true",
        "-ea, true",
        "-ea:io.millrace..., true",
        "-enableassertions, true",
        "-Xlog:cds=off, false",
        "-XX:SharedArchiveFile=run.jsa, false",
        "-Dmillrace.terminal=true, false",
        "-Dmillrace.jitter.ms=20, false",
        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED, false",
        "-agentlib:jdwp=transport=dt_socket, false",
        "-javaagent:some.jar, false",
    })
    void shouldKnowTheFlagsThatSayHowAJvmRuns(String flag, boolean isOwn) {
        assertEquals(isOwn, Machine.saysHowItRuns(flag));
    }
}
