package io.millrace.bench.kill;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * How a child is started: in the quickest way there is, since it is done a thousand times. Its classes come from an archive of the JVM,
 * which is made by one child that ends by itself; that takes jars, so directories of the class path are packed into such.
 */
final class ChildCommand {
    private final Path directory;
    private final List<String> command = new ArrayList<>();

    /** Where jars and archive go. */
    ChildCommand(Path directory) {
        this.directory = directory;
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx512m"));
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
    }

    /** Makes the archive; without it each start takes three times as long. */
    void share() throws IOException, InterruptedException {
        StringBuilder path = new StringBuilder();
        String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
        for (int i = 0; i < entries.length; i++) {
            Path entry = Path.of(entries[i]);
            path.append(i == 0 ? "" : File.pathSeparator)
                    .append(Files.isDirectory(entry) ? packed(entry, directory.resolve(i + ".jar")) : entry);
        }
        Path archive = directory.resolve("classes.jsa");
        List<String> making = new ArrayList<>(command);
        making.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off,cds+dynamic=off"));
        making.addAll(List.of("-cp", path.toString()));
        Path at = Files.createDirectory(directory.resolve("archive"));
        Process made =
                start(making, at, List.of("2000", "false", "PROCESS", Aim.ELSEWHERE.name(), "0", "false", "twice"));
        if (!made.waitFor(1, TimeUnit.MINUTES)) {
            made.destroyForcibly().waitFor(); // without an archive it only takes longer
        }
        command.addAll(List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off"));
        command.addAll(List.of("-cp", path.toString()));
    }

    /** Without an archive. */
    void plain() {
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }

    private static Path packed(Path classes, Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            out.setLevel(0);
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(
                        new ZipEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return jar;
    }

    Process start(Path at, List<String> arguments) throws IOException {
        return start(command, at, arguments);
    }

    private static Process start(List<String> command, Path at, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.add(Child.class.getName());
        all.add(at.toString());
        all.addAll(arguments);
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(at.resolve("log").toFile()))
                .start();
    }
}
