package io.millrace.bench.journal;

import io.millrace.bench.kill.Kills;
import io.millrace.bench.kill.Kind;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.journal.Durability;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Kills an engine with a journal, and compares what came out with a model in plain Java. */
final class KillCommand extends TrialCommand {
    private static final List<String> LEVELS =
            Arrays.stream(Durability.values()).map(Enum::name).toList();

    private static final List<String> KINDS = Stream.concat(
                    Stream.of(Kills.MIXED), Arrays.stream(Kind.values()).map(KillCommand::word))
            .toList();

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public String summary() {
        return "kills an engine with a journal and compares what came out with a model in plain Java";
    }

    @Override
    Options own(Options options) {
        return options.option("--times", "N", "50", "how many kills")
                .option("--seed", "N", "1", "the same seed repeats the same choices")
                .option("--level", "LEVEL", Durability.PROCESS.name(), String.join(", ", LEVELS))
                .option(
                        "--kind",
                        "KIND",
                        Kills.MIXED,
                        "which engines: one stage, two stages, inline: " + String.join(", ", KINDS));
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    Trial asked(Options options) throws UsageException {
        int times = (int) options.number("--times", 1, Integer.MAX_VALUE);
        long seed = options.number("--seed", 0, Long.MAX_VALUE);
        Durability level = Durability.valueOf(options.oneOf("--level", LEVELS));
        String kind = options.oneOf("--kind", KINDS);
        List<Kind> kinds = kind.equals(Kills.MIXED)
                ? List.of(Kind.values())
                : List.of(Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
        return result -> {
            result.put("seed", seed);
            result.put("level", level);
            result.put("kind", kind);
            return kill(times, seed, level, kinds, result);
        };
    }

    private static String kill(int times, long seed, Durability level, List<Kind> kinds, Map<String, Object> result)
            throws IOException, InterruptedException {
        Kills kills;
        try (Scratch scratch = level == Durability.DISK ? new Scratch(Scratch.temporary()) : new Scratch()) {
            kills = new Kills(scratch.directory(), level, kinds).run(times, seed);
        }
        System.out.println(kills.killedIn());
        System.out.println(kills.killedOf());
        System.out.println("in doubt  " + kills.inDoubt());
        System.out.println("too late  " + kills.early());
        System.out.println(about(level));
        System.out.println(kills);
        result.put("killed in", kills.killedIn());
        result.put("killed of", kills.killedOf());
        result.put("in doubt", kills.inDoubt());
        result.put("too late", kills.early());
        result.put("result", kills.toString());
        return kills.failure();
    }

    private static String about(Durability level) {
        return switch (level) {
            case MEMORY -> "level     MEMORY: no journal, nothing is promised; what is lost shows that kills hit";
            case PROCESS -> "level     PROCESS: a killed process loses nothing that it has written";
            case DISK ->
                "level     DISK: a kill takes nothing from the page cache, as a loss of power would; for that: crash-images";
        };
    }
}
