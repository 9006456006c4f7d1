package io.millrace.examples.fraud;

import io.millrace.engine.Journaling;
import io.millrace.engine.Setup;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.operator.GivenDigest;
import io.millrace.operators.score.Model;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/** The journal of a run, which makes it one run however often it is interrupted; or none. */
final class FraudJournal {
    /** Made when all files are complete, and durable; says what was read, and how long they are. */
    private static final String FINISHED = "finished";

    private static final String BUDGET = "state budget";

    private final FraudOptions options;
    private final Path directory;
    private String keptBudget;

    FraudJournal(FraudOptions options) {
        this.options = options;
        this.directory = options.journal() == null ? null : Path.of(options.journal());
    }

    boolean isKept() {
        return directory != null;
    }

    /** What decides what is in the files. Of a model that is what it computes, too: its file may have been changed. */
    private Map<String, String> facts(Model model) {
        Map<String, String> facts = new LinkedHashMap<>();
        if (options.payments() == null) {
            facts.put("--count", Long.toString(options.count()));
            facts.put("--seed", Long.toString(options.seed()));
            facts.put("--cards", Integer.toString(options.cards()));
        }
        put(facts, "--payments", options.payments());
        put(facts, "--model", options.model());
        facts.put("--model, what it computes", GivenDigest.kept(model.digest()));
        put(facts, "--features", options.features());
        put(facts, "--alerts", options.alerts());
        put(facts, "--dead-letters", options.deadLetters());
        facts.put("--threshold", Double.toString(options.threshold()));
        return facts;
    }

    /** A name means the same file from whichever directory the run is started. */
    private static void put(Map<String, String> facts, String option, String file) {
        if (file != null) {
            facts.put(
                    option,
                    file.equals("-")
                            ? file
                            : Path.of(file).toAbsolutePath().normalize().toString());
        }
    }

    /**
     * Compares with the run that began the journal.
     *
     * @param model of this run
     * @return whether that run has been finished
     * @throws IOException when it was another run
     */
    boolean isFinished(Model model) throws IOException {
        if (!isKept() || !Files.exists(directory.resolve("manifest"))) {
            return false;
        }
        try (JournalLog log = ArchiveJournal.in(directory).openToRead()) {
            Map<String, String> kept = new LinkedHashMap<>(log.facts().facts());
            keptBudget = kept.get(BUDGET);
            kept.keySet().removeIf(name -> !name.startsWith("--"));
            String difference = new JournalFacts("fraud", 0, facts(model), Map.of())
                    .differenceTo(new JournalFacts("fraud", 0, kept, Map.of()));
            if (difference != null) {
                throw new IOException(options.journal() + ": the journal of a run with other options; " + difference
                        + "; give the same ones, or another directory");
            }
        } catch (JournalException e) {
            throw fault(e);
        }
        Path finished = directory.resolve(FINISHED);
        if (!Files.exists(finished)) {
            return false;
        }
        List<String> said = Files.readAllLines(finished);
        String input = input();
        if (!input.isEmpty() && !input.equals(said.get(0))) {
            throw new IOException(options.payments() + ": is not as the run had read it that finished "
                    + options.journal() + "; give the same file, or another directory");
        }
        return said.subList(1, said.size()).equals(lengths());
    }

    /** Empty where there is none that could be read once more: what is read of one that is finished nobody compares. */
    private String input() throws IOException {
        if (options.payments() == null || !Files.isRegularFile(Path.of(options.payments()))) {
            return "";
        }
        CRC32C sum = new CRC32C();
        try (CheckedInputStream in = new CheckedInputStream(Files.newInputStream(Path.of(options.payments())), sum)) {
            return in.transferTo(OutputStream.nullOutputStream()) + " bytes, CRC-32C " + sum.getValue();
        }
    }

    /** A file that was taken away, or has lost its end, has another length than that of its run, and is made again. */
    private List<String> lengths() throws IOException {
        List<String> lengths = new ArrayList<>();
        for (Path file : files()) {
            lengths.add(Long.toString(Files.exists(file) ? Files.size(file) : -1));
        }
        return lengths;
    }

    private List<Path> files() {
        return Stream.of(options.features(), options.alerts(), options.deadLetters())
                .filter(Objects::nonNull)
                .map(Path::of)
                .toList();
    }

    /** How much state there may be decides what is refused: what this machine could have, unless a run has begun with something else. */
    long stateBytes(long possible) {
        return keptBudget == null ? possible : Long.parseLong(keptBudget.replaceAll("\\D", ""));
    }

    void keep(Setup setup, Model model) {
        if (isKept()) {
            Journaling how = Journaling.plain();
            for (Map.Entry<String, String> f : facts(model).entrySet()) {
                how = how.fact(f.getKey(), f.getValue());
            }
            setup.journal(ArchiveJournal.in(directory), how);
        }
    }

    /** All is written: it is made durable before that is said, as a loss of power could take what a file still has in memory. */
    void finished() throws IOException {
        if (isKept()) {
            for (Path file : files()) {
                force(file);
            }
            Path finished = directory.resolve(FINISHED);
            List<String> said = new ArrayList<>(List.of(input()));
            said.addAll(lengths());
            Files.write(finished, said);
            force(finished);
        }
    }

    /** The file, and its name. A device has nothing to be forced. */
    private static void force(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be made durable; " + e.getMessage() + "; check its disk", e);
        }
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (AccessDeniedException e) {
            // a system on which folders cannot be opened, and need not be forced
        }
    }

    IOException fault(JournalException e) {
        return new IOException(options.journal() + ": " + e.getMessage(), e);
    }
}
