package io.millrace.examples.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.examples.Console;
import io.millrace.examples.durable.DurableSpree.Payment;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An example that somebody has changed and built anew, in a jar: its classes have the names of those of this build, and are run all the same. */
class RebuiltSpreeTest {
    private static final Path SOURCES =
            Path.of(System.getProperty("basedir", "."), "src/main/java/io/millrace/examples/durable");

    @TempDir
    Path folder;

    private String journal;
    private String jar;

    @BeforeEach
    void recordAndBuild() throws Exception {
        journal = folder.resolve("journal").toString();
        try (Engine engine = DurableSpree.start(folder)) {
            for (int i = 0; i < 4; i++) {
                engine.publisher(DurableSpree.PAYMENTS).publish(new Payment(i, 7, 40_000, i * 1_000));
            }
            engine.drain(Duration.ofSeconds(50));
        }
        jar = build(folder.resolve("build")).toString();
    }

    /** With a limit that neither names nor layouts tell. */
    private Path build(Path to) throws IOException {
        List<String> words = new ArrayList<>(List.of("-d", to.resolve("classes").toString(), "-proc:none"));
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        Files.createDirectories(to);
        for (String name : List.of("DurableSpree.java", "DurableSpreeProvider.java")) {
            String source = Files.readString(SOURCES.resolve(name));
            Path changed = Files.writeString(to.resolve(name), source.replace("> 100_000", "> 150_000"));
            words.add(changed.toString());
        }
        assertEquals(
                0, ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new)), "built");
        return pack(to.resolve("classes"), to.resolve("rebuilt.jar"));
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path c : all.filter(Files::isRegularFile).toList()) {
                packed.putNextEntry(
                        new JarEntry(classes.relativize(c).toString().replace('\\', '/')));
                Files.copy(c, packed);
            }
            packed.putNextEntry(new JarEntry("META-INF/services/io.millrace.topology.TopologyProvider"));
            packed.write(DurableSpreeProvider.class.getName().getBytes());
        }
        return jar;
    }

    @Test
    void shouldRunWhatTheJarHas() {
        Console ours = Console.run("replay", "--journal", journal);
        assertTrue(ours.out().endsWith("digest equal\n"), ours.out() + ours.err());
        Console theirs = Console.run("replay", "--journal", journal, "--classpath", jar);
        assertEquals(1, theirs.code(), theirs.out());
        assertTrue(
                theirs.out().matches("(?s).*\nreplay: first difference at [0-9]+, node alerts\n"),
                theirs.out() + theirs.err());
    }

    /** It is set beside the one that wrote the journal, which has its name. */
    @Test
    void shouldCompareItWithTheOneOfThisBuild() {
        Console c = Console.run("what-if", "--journal", journal, "--classpath", jar, "--topology", "durable-spree");
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().endsWith("\nnew 0, gone 1, changed 0, same 1\n"), c.out());
    }
}
