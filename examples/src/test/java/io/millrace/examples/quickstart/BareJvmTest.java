package io.millrace.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.lmax.disruptor.Sequence;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first program of the README starts with no flag, on the JDK of the build and on the newest, and with nothing beside the engine, its words and what these stand on: no Agrona. */
class BareJvmTest {
    private static final List<Class<?>> STANDS_ON =
            List.of(Quickstart.class, Millrace.class, Engine.class, Sequence.class, Histogram.class);

    private static final Path OTHER_JDKS = Path.of("/usr/lib/jvm");

    @TempDir
    Path folder;

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

    private void runs(Path javaHome, int feature) throws Exception {
        String classPath = STANDS_ON.stream()
                .map(c -> c.getProtectionDomain().getCodeSource().getLocation())
                .map(at -> Path.of(URI.create(at.toString())).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
        assertFalse(classPath.contains("agrona"), classPath);
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        String java = javaHome.resolve("bin/java").toString();
        List<String> version = ran(out, err, java, "-XshowSettings:properties", "-version");
        assertTrue(Files.readString(err).contains("java.specification.version = " + feature), version + " " + javaHome);
        assertEquals(
                List.of(
                        "Alert[card=4000001, payments=3, cents=180000]",
                        "Alert[card=4000001, payments=4, cents=240000]",
                        "Alert[card=4000001, payments=5, cents=300000]"),
                ran(out, err, java, "-cp", classPath, Quickstart.class.getName()));
    }

    /** What it has said on standard output. */
    private static List<String> ran(Path out, Path err, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        Process child =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(child.waitFor(120, TimeUnit.SECONDS), "it ends");
            assertEquals(0, child.exitValue(), Files.readString(err));
            return Files.readAllLines(out);
        } finally {
            child.destroyForcibly();
        }
    }
}
