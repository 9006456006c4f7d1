package io.millrace.bench.start;

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
 * A class archive of the JVM (JEP 350): what one process has loaded by its end, those that follow map into memory instead of reading,
 * checking and linking it again. That takes jars, so directories of the class path are packed into such.
 */
public final class ClassArchive {
    private final Path file;
    private final String classPath;

    private ClassArchive(Path file, String classPath) {
        this.file = file;
        this.classPath = classPath;
    }

    /**
     * Runs one process to its end, five minutes at most. Where that makes no archive, processes start without one, and take longer.
     *
     * @param directory where jars and archive go, and what the process says
     * @param java      the JVM and its options, without a class path: the same for those that follow, or the JVM ignores the archive
     * @param arguments main class and its arguments: what they load is in the archive
     * @return the archive
     * @throws IOException          when jars cannot be written
     * @throws InterruptedException when it is interrupted
     */
    public static ClassArchive made(Path directory, List<String> java, List<String> arguments)
            throws IOException, InterruptedException {
        ClassArchive archive = new ClassArchive(directory.resolve("classes.jsa"), jars(directory));
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive.file, "-Xlog:cds=off,cds+dynamic=off"));
        command.addAll(List.of("-cp", archive.classPath));
        command.addAll(arguments);
        Process making = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("archive.log").toFile())
                .start();
        if (!making.waitFor(5, TimeUnit.MINUTES)) {
            making.destroyForcibly().waitFor();
        }
        return archive;
    }

    /** {@return options of a JVM that starts with it, its class path among them} */
    public List<String> options() {
        return List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + file, "-Xlog:cds=off", "-cp", classPath);
    }

    /** {@return whether there is one} */
    public boolean exists() {
        return Files.exists(file);
    }

    private static String jars(Path directory) throws IOException {
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path classes = Path.of(entry);
            boolean packs = Files.isDirectory(classes);
            path.add(
                    packs
                            ? packed(classes, directory.resolve(path.size() + ".jar"))
                                    .toString()
                            : entry);
        }
        return String.join(File.pathSeparator, path);
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
}
