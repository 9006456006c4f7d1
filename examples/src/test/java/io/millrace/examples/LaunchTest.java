package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The run scripts, in a tree of their own with a Maven and a Java that only say how they were called. */
class LaunchTest {
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void makeTree() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "skipped: no bash");
        root = Files.createDirectory(folder.resolve("a tree"));
        for (String directory : List.of(
                "engine",
                "operators",
                "transports",
                "cli",
                "bench/command/src/main",
                "bench/workloads/src/main",
                "bench/nexmark/src/main",
                "bench/rig/src/main",
                "lib")) {
            Files.createDirectories(root.resolve(directory));
        }
        for (String file : List.of(".mvn/launch.sh", "examples/run", "bench/run")) {
            Path copy = root.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(project().resolve(file), copy);
            copy.toFile().setExecutable(true, false);
        }
        for (String pom : List.of(
                "pom.xml",
                "examples/pom.xml",
                "bench/latency/pom.xml",
                "bench/command/pom.xml",
                "bench/workloads/pom.xml",
                "bench/nexmark/pom.xml",
                "bench/rig/pom.xml")) {
            Files.createDirectories(root.resolve(pom).getParent());
            Files.writeString(root.resolve(pom), "");
        }
        Files.writeString(root.resolve("lib/a.jar"), "");
        script("bin/mvn", """
                module=$(printf '%s\\n' "$@" | grep -x -A1 -e -pl | tail -1)
                mkdir -p "$module/target/classes"
                echo "$PWD/lib/a.jar" >"$module/target/classpath"
                """);
        script("bin/locale", """
                case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
                  de_DE.UTF-8 | C.UTF-8) echo UTF-8 ;;
                  de_DE.ISO-8859-1) echo ISO-8859-1 ;;
                  *) echo ANSI_X3.4-1968 ;;
                esac
                """);
        script("jdk/bin/java", """
                echo "LC_ALL=${LC_ALL-}"
                for a in "$@"; do echo "$a"; done
                """);
    }

    private static Path project() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve(".mvn/launch.sh"))) {
            at = at.getParent();
        }
        return at;
    }

    private void script(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + text);
        file.toFile().setExecutable(true, false);
    }

    private Process start(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> all = builder.environment();
        all.keySet().removeIf(k -> k.startsWith("LC_") || k.equals("LANG") || k.startsWith("MAVEN"));
        all.put("PATH", root.resolve("bin") + ":" + all.get("PATH"));
        all.put("JAVA_HOME", root.resolve("jdk").toString());
        all.putAll(environment);
        return builder.start();
    }

    private static Console end(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), out);
        return new Console(process.exitValue(), out, "");
    }

    private Console run(Map<String, String> environment, String... command) throws Exception {
        return end(start(environment, command));
    }

    private String expected(String module, String main, String... arguments) {
        return "LC_ALL=C.UTF-8\n--add-opens\njava.base/jdk.internal.misc=ALL-UNNAMED\n-cp\n" + root + "/" + module
                + "/target/classes:" + root + "/lib/a.jar\n" + main + "\n" + String.join("\n", arguments) + "\n";
    }

    @Test
    void shouldHandOverArgumentsAsTheyAre() throws Exception {
        Console c = run(Map.of(), root + "/examples/run", "a b", "*");
        assertEquals(expected("examples", "io.millrace.examples.Main", "a b", "*"), c.out());
        assertEquals(0, c.code());
    }

    @ParameterizedTest
    @CsvSource({"examples, io.millrace.examples.Main, examples", "bench, io.millrace.bench.Main, bench/latency"})
    void shouldRunWhateverTheShellHasExported(String folderName, String main, String module) throws Exception {
        Map<String, String> search = Map.of("CDPATH", root.toString());
        Console c = run(search, "/bin/bash", "-c", "cd 'a tree' >/dev/null && exec " + folderName + "/run list");
        assertEquals(expected(module, main, "list"), c.out());
    }

    @ParameterizedTest
    @CsvSource({"examples, io.millrace.examples.Main, examples", "bench, io.millrace.bench.Main, bench/latency"})
    void shouldRunBehindLinks(String folderName, String main, String module) throws Exception {
        Path script = root.resolve(folderName).resolve("run");
        Path bin = Files.createDirectory(folder.resolve("my bin"));
        Path absolute = Files.createSymbolicLink(bin.resolve("absolute"), script);
        Path relative = Files.createSymbolicLink(bin.resolve("relative"), Path.of("../a tree/" + folderName + "/run"));
        Path twice = Files.createSymbolicLink(folder.resolve("twice"), Path.of("my bin/relative"));
        Path directory = Files.createSymbolicLink(folder.resolve("directory"), script.getParent());
        for (Path link : List.of(absolute, relative, twice, directory.resolve("run"))) {
            assertEquals(
                    expected(module, main, "list"),
                    run(Map.of(), link.toString(), "list").out());
        }
    }

    /** Non-ASCII names in the arguments are lost in a JVM whose locale is C, as it is where the system does not have the one asked for. */
    @ParameterizedTest
    @CsvSource({
        "LC_ALL, C, C.UTF-8",
        "LC_ALL, POSIX, C.UTF-8",
        "LANG, C, C.UTF-8",
        "LC_CTYPE, C, C.UTF-8",
        "LC_ALL, de_DE.UTF-8, de_DE.UTF-8",
        "LANG, de_DE.UTF-8, ''",
        "LC_CTYPE, de_DE.ISO-8859-1, ''",
        "LC_ALL, en_US.UTF-8, C.UTF-8",
        "LANG, en_US.UTF-8, C.UTF-8",
        "LC_CTYPE, UTF-8, C.UTF-8"
    })
    void shouldSpeakUtf8WhereNothingElseIsAskedFor(String variable, String value, String seen) throws Exception {
        Console c = run(Map.of(variable, value), root + "/examples/run", "list");
        assertEquals(
                "LC_ALL=" + seen,
                c.out().lines().filter(l -> l.startsWith("LC_ALL=")).findFirst().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"C, C.UTF-8", "de_DE.UTF-8, de_DE.UTF-8"})
    void shouldGoByTheNameOfTheLocaleWhereNothingTellsMore(String value, String seen) throws Exception {
        script("bin/locale", "exit 127\n");
        Console c = run(Map.of("LC_ALL", value), root + "/examples/run", "list");
        assertTrue(c.out().contains("LC_ALL=" + seen + "\n"), c.out());
    }

    @Test
    void shouldKeepThePlacesOfClosedStreams() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/fd")), "skipped: no /proc");
        Path seen = folder.resolve("seen");
        script("jdk/bin/java", "for d in 0 1 2; do readlink /proc/$$/fd/$d >>" + seen + "; done\n");
        run(Map.of(), root + "/examples/run", "list"); // builds, and runs once for its classes
        Files.deleteIfExists(seen);
        run(Map.of(), "/bin/bash", "-c", "exec '" + root + "/examples/run' list <&- >&- 2>&-");
        assertEquals(List.of("/dev/null", "/dev/null", "/dev/null"), Files.readAllLines(seen));
    }

    /** Where a jar is built a first run keeps its classes for the others, and nothing of that run is seen. */
    @Test
    void shouldStartWithTheClassesOfTheFirstRun() throws Exception {
        script(
                "bin/mvn",
                Files.readString(root.resolve("bin/mvn"))
                        + "for j in a a-sources a-tests a-javadoc; do touch \"$module/target/$j.jar\"; done\n"
                        + "touch -d 2001-01-01 \"$module/target/of-an-older-version.jar\"\n");
        script("jdk/bin/java", """
                for a in "$@"; do
                  echo "$a"
                  case $a in -XX:ArchiveClassesAtExit=*) echo "$*" >"${a#*=}" ;; esac
                done
                """);
        String archive = root + "/examples/target/run.jsa";
        String jars = root + "/examples/target/a.jar:" + root + "/lib/a.jar";
        for (int i = 0; i < 2; i++) {
            List<String> words = run(Map.of("MILLRACE_JAVA_OPTS", "-Xmx1g"), root + "/examples/run", "list")
                    .out()
                    .lines()
                    .filter(w -> !w.startsWith("-Xlog:"))
                    .toList();
            assertEquals(
                    List.of(
                            "--add-opens",
                            "java.base/jdk.internal.misc=ALL-UNNAMED",
                            "-XX:SharedArchiveFile=" + archive,
                            "-Xmx1g",
                            "-cp",
                            jars,
                            "io.millrace.examples.Main",
                            "list"),
                    words);
        }
        String first = Files.readString(Path.of(archive));
        assertTrue(first.contains(" -cp " + jars + " io.millrace.examples.Main fraud "), first);
        assertTrue(first.contains(" --journal " + root + "/examples/target/run.first"), first);
    }

    /** What it keeps may not be kept everywhere: there is too little shared memory, say. Nothing of it stays. */
    @Test
    void shouldKeepTheClassesOfARunThatKeepsNothingWhereOneThatDoesFails() throws Exception {
        script("bin/mvn", Files.readString(root.resolve("bin/mvn")) + "touch \"$module/target/a.jar\"\n");
        script("jdk/bin/java", """
                for a in "$@"; do
                  case $a in
                    -XX:ArchiveClassesAtExit=*) fresh=${a#*=} ;;
                    */run.first) mkdir "$a" && echo torn >"$fresh" && exit 1 ;;
                  esac
                done
                [ -z "${fresh:-}" ] || echo "$*" >"$fresh"
                """);
        run(Map.of(), root + "/examples/run", "list");
        Path target = root.resolve("examples/target");
        String archive = Files.readString(target.resolve("run.jsa"));
        assertTrue(archive.endsWith(" fraud --count 1000 --quiet\n"), archive);
        assertFalse(Files.exists(target.resolve("run.first")));
    }

    @Test
    void shouldBuildOnceAndAgainWhenSourcesAreNewer() throws Exception {
        script(
                "bin/mvn",
                Files.readString(root.resolve("bin/mvn")) + "echo built >>" + folder.resolve("builds") + "\n");
        Path builds = folder.resolve("builds");
        run(Map.of(), root + "/examples/run", "list");
        run(Map.of(), root + "/examples/run", "list");
        assertEquals(1, Files.readAllLines(builds).size());
        TimeUnit.MILLISECONDS.sleep(20);
        Files.writeString(root.resolve("examples/pom.xml"), "changed");
        run(Map.of(), root + "/examples/run", "list");
        assertEquals(2, Files.readAllLines(builds).size());
    }

    /** Before anything is built: Maven would say the same in more words. */
    @ParameterizedTest
    @ValueSource(strings = {"examples", "bench"})
    void shouldSayThatThereIsNoJava(String folderName) throws Exception {
        script("bin/mvn", "touch " + folder.resolve("called") + "\n");
        String module = folderName.equals("bench") ? "bench/latency" : "examples";
        Console c = run(Map.of("JAVA_HOME", "/nonexistent"), root + "/" + folderName + "/run", "list");
        assertEquals(
                module
                        + "/run: JAVA_HOME: there is no program bin/java in it; /nonexistent; unset it, or name a JDK 17 or newer\n",
                c.out());
        assertEquals(1, c.code());
        Path few = Files.createDirectory(folder.resolve("few")); // programs, none of them a JVM
        for (String program : List.of("dirname", "find", "mkdir")) {
            Files.createSymbolicLink(few.resolve(program), Path.of("/usr/bin/" + program));
        }
        Map<String, String> bare = Map.of("JAVA_HOME", "", "PATH", few.toString());
        c = run(bare, "/bin/bash", root + "/" + folderName + "/run", "list");
        assertEquals(
                module + "/run: java: not there in any directory of PATH; " + few
                        + "; install a JDK 17 or newer, or name one with JAVA_HOME\n",
                c.out());
        assertEquals(1, c.code());
        assertFalse(Files.exists(folder.resolve("called")));
    }

    // ---- what cannot be built

    /** Root may write everywhere: it runs as somebody else then. */
    private String[] asUser(String... command) {
        List<String> all = new ArrayList<>();
        if (Files.isWritable(Path.of("/"))) {
            assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "skipped: root, and no setpriv");
            all.addAll(List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    private void letOthersRead() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(root.resolve("examples"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Path target = root.resolve("examples/target");
        if (Files.exists(target)) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
    }

    private void letItBeDeleted() throws IOException {
        for (String name : List.of("examples", "examples/target", "lib")) {
            if (Files.exists(root.resolve(name))) {
                Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    @Test
    void shouldSayWhichLibraryCannotBeRead() throws Exception {
        run(Map.of(), root + "/examples/run", "list");
        letOthersRead();
        Files.setPosixFilePermissions(root.resolve("lib"), PosixFilePermissions.fromString("rwx------"));
        if (!Files.isWritable(Path.of("/"))) {
            Files.setPosixFilePermissions(root.resolve("lib"), PosixFilePermissions.fromString("---------"));
        }
        Console c = run(Map.of(), asUser(root + "/examples/run", "list"));
        letItBeDeleted();
        assertEquals(
                "examples/run: " + root
                        + "/lib/a.jar: a library of the build, not there or not to be read by this user;" + " " + root
                        + "/examples/target cannot be written, so build where it can, or allow the reading\n",
                c.out());
        assertEquals(1, c.code());
    }

    @Test
    void shouldSayWhatIsNewerThanTheBuild() throws Exception {
        run(Map.of(), root + "/examples/run", "list");
        TimeUnit.MILLISECONDS.sleep(20);
        Files.writeString(root.resolve("examples/pom.xml"), "changed");
        letOthersRead();
        Console c = run(Map.of(), asUser(root + "/examples/run", "list"));
        letItBeDeleted();
        assertEquals(
                "examples/run: examples/pom.xml: newer than the build; " + root
                        + "/examples/target cannot be written, so build where it can\n",
                c.out());
        assertEquals(1, c.code());
    }

    @Test
    void shouldSayThatThereIsNoBuild() throws Exception {
        letOthersRead();
        Console c = run(Map.of(), asUser(root + "/examples/run", "list"));
        letItBeDeleted();
        assertEquals(
                "examples/run: " + root + "/examples/target/run.classpath: there is no build yet; " + root
                        + "/examples/target cannot be written, so build where it can\n",
                c.out());
        assertEquals(1, c.code());
    }

    @Test
    void shouldShowWhatMavenSaysOnlyWhenItFails() throws Exception {
        script("bin/mvn", "echo no such dependency; exit 1\n");
        Console c = run(Map.of(), root + "/examples/run", "list");
        assertEquals("no such dependency\nexamples/run: the build failed\n", c.out());
        assertEquals(1, c.code());
    }

    /** A JVM answers an interrupt by ending with 130, not by the signal: the shell goes on behind it. */
    @Test
    void shouldEndWith130WhenTheBuildIsInterrupted() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setsid")), "skipped: no setsid");
        Path started = folder.resolve("started");
        script(
                "bin/mvn",
                "trap 'echo half a build; exit 130' INT\ntouch " + started
                        + "\nfor ((i = 0; i < 300; i++)); do sleep 0.1; done\n");
        Process process = start(Map.of(), "/usr/bin/setsid", root + "/examples/run", "list");
        for (int i = 0; i < PATIENCE_SECONDS * 50 && Files.notExists(started); i++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assumeTrue(!Signals.ignoresInterrupts(process.pid()), "skipped: interrupts are ignored here");
        new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).start().waitFor();
        Console c = end(process);
        assertEquals("", c.out());
        assertEquals(130, c.code());
    }

    /** The run that keeps the classes is part of the build. */
    @Test
    void shouldEndWith130WhenTheFirstRunIsInterrupted() throws Exception {
        script("bin/mvn", Files.readString(root.resolve("bin/mvn")) + "touch \"$module/target/a.jar\"\n");
        script("jdk/bin/java", "case \"$*\" in *ArchiveClassesAtExit*) exit 130 ;; esac\necho started\n");
        Console c = run(Map.of(), root + "/examples/run", "list");
        assertEquals("", c.out());
        assertEquals(130, c.code());
        assertFalse(Files.exists(root.resolve("examples/target/run.jsa")));
    }
}
