package io.millrace.bench.kill;

import io.millrace.bench.start.ClassArchive;
import io.millrace.journal.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a child is started: in the quickest way there is, since it is done a thousand times. */
class ChildCommand {
    private static final long ARCHIVED_EVENTS = 2_000;

    private final Path directory;
    private final List<String> command = new ArrayList<>();

    /** Where jars and archive go. */
    ChildCommand(Path directory) {
        this.directory = directory;
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx512m"));
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
    }

    /** Makes the class archive, by one child of both hosts that ends by itself; without it each start takes three times as long. */
    void share() throws IOException, InterruptedException {
        Path at = Files.createDirectory(directory.resolve("archive"));
        Target none = new Target(Aim.ELSEWHERE, Kind.ONE, false, true);
        Order order = new Order(ARCHIVED_EVENTS, false, Durability.PROCESS, none, 0, List.of(Kind.INLINE));
        command.addAll(
                ClassArchive.made(directory, command, arguments(at, order)).options());
    }

    /** Without an archive. */
    void plain() {
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }

    Process start(Path at, Order order) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(arguments(at, order));
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(at.resolve("log").toFile()))
                .start();
    }

    private static List<String> arguments(Path at, Order order) {
        List<String> all = new ArrayList<>(List.of(Child.class.getName(), at.toString()));
        all.addAll(order.words());
        return all;
    }
}
