package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.lmax.disruptor.Sequence;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** A newcomer's first topology starts with no flag, with the Disruptor and HdrHistogram on its class path and nothing else. */
class ChildJvmTest {
    private static final Path OTHER_JDKS = Path.of("/usr/lib/jvm");

    @Test
    void shouldRunWithoutAnyFlagAndWithoutAgrona() throws Exception {
        runs(Path.of(System.getProperty("java.home")), Runtime.version().feature());
    }

    @Test
    void shouldRunOnJdk25AsWell() throws Exception {
        Optional<Path> home = jdk25();
        assumeTrue(home.isPresent(), "skipped: no JDK 25 below " + OTHER_JDKS);
        runs(home.get(), 25);
    }

    private static Optional<Path> jdk25() throws IOException {
        if (!Files.isDirectory(OTHER_JDKS)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(OTHER_JDKS)) {
            return homes.filter(h -> isOf25(h.resolve("release")))
                    .filter(h -> Files.isExecutable(h.resolve("bin/java")))
                    .sorted()
                    .findFirst();
        }
    }

    /** By what it says of itself: names of directories have other numbers in them, too. */
    private static boolean isOf25(Path release) {
        try {
            return Files.exists(release)
                    && Files.readAllLines(release).stream().anyMatch(l -> l.matches("JAVA_VERSION=\"25([.+-].*)?\""));
        } catch (IOException e) {
            return false;
        }
    }

    private static void runs(Path javaHome, int feature) throws Exception {
        List<String> classPath = new ArrayList<>();
        for (Class<?> c : List.of(Engine.class, TinyService.class, Sequence.class, Histogram.class)) {
            Path at = Path.of(
                    c.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (!classPath.contains(at.toString())) {
                classPath.add(at.toString());
            }
        }
        ProcessBuilder builder = new ProcessBuilder(
                javaHome.resolve("bin/java").toString(),
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
            assertTrue(said.endsWith("\njava " + feature + " ended true got 101"), said);
            assertTrue(said.contains("INFO: engine trial: 4 threads on "), said);
            assertEquals(0, child.exitValue());
        } finally {
            child.destroyForcibly();
            Files.delete(out);
        }
    }
}
