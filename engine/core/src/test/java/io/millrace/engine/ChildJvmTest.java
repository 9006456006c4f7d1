package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.Sequence;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** A newcomer's first topology starts with no flag, with the Disruptor and HdrHistogram on its class path and nothing else. */
class ChildJvmTest {
    @Test
    void shouldRunWithoutAnyFlagAndWithoutAgrona() throws Exception {
        List<String> classPath = new ArrayList<>();
        for (Class<?> c : List.of(Engine.class, TinyService.class, Sequence.class, Histogram.class)) {
            Path at = Path.of(
                    c.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (!classPath.contains(at.toString())) {
                classPath.add(at.toString());
            }
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, classPath),
                TinyService.class.getName());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        Path out = Files.createTempFile("millrace-child", ".txt");
        Process child =
                builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            assertTrue(child.waitFor(50, TimeUnit.SECONDS), "it ends");
            String said = Files.readString(out, StandardCharsets.UTF_8).strip();
            assertTrue(said.endsWith("\njava " + Runtime.version().feature() + " ended true got 101"), said);
            assertTrue(said.contains("INFO: engine trial: 4 threads on "), said);
            assertEquals(0, child.exitValue());
        } finally {
            child.destroyForcibly();
            Files.delete(out);
        }
    }
}
