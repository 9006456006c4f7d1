package io.millrace.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.Sequence;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first program of the README starts with no flag, and with nothing beside the engine, its words and what these stand on: no Agrona. */
class BareJvmTest {
    private static final List<Class<?>> STANDS_ON =
            List.of(Quickstart.class, Millrace.class, Engine.class, Sequence.class, Histogram.class);

    @TempDir
    Path folder;

    @Test
    void shouldRunWithoutAnyFlagAndWithoutAgrona() throws Exception {
        String classPath = STANDS_ON.stream()
                .map(c -> c.getProtectionDomain().getCodeSource().getLocation())
                .map(at -> Path.of(URI.create(at.toString())).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                Quickstart.class.getName());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process child =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(child.waitFor(50, TimeUnit.SECONDS), "it ends");
            assertEquals(0, child.exitValue(), Files.readString(err));
            assertEquals(
                    List.of(
                            "Alert[card=4000001, payments=3, cents=180000]",
                            "Alert[card=4000001, payments=4, cents=240000]",
                            "Alert[card=4000001, payments=5, cents=300000]"),
                    Files.readAllLines(out));
        } finally {
            child.destroyForcibly();
        }
    }
}
