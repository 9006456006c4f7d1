package io.millrace.examples.fraud;

import io.millrace.engine.Journaling;
import io.millrace.engine.Setup;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The journal of a run, which makes it one run however often it is interrupted; or none. */
final class FraudJournal {
    /** Made when all files are complete. */
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

    /** What decides what is in the files. */
    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        if (options.payments() == null) {
            facts.put("--count", Long.toString(options.count()));
            facts.put("--seed", Long.toString(options.seed()));
            facts.put("--cards", Integer.toString(options.cards()));
        }
        put(facts, "--payments", options.payments());
        put(facts, "--model", options.model());
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
     * @return whether that run has been finished
     * @throws IOException when it was another run
     */
    boolean isFinished() throws IOException {
        if (!isKept() || !Files.exists(directory.resolve("manifest"))) {
            return false;
        }
        try (JournalLog log = ArchiveJournal.in(directory).openToRead()) {
            Map<String, String> kept = new LinkedHashMap<>(log.facts().facts());
            keptBudget = kept.get(BUDGET);
            kept.keySet().removeIf(name -> !name.startsWith("--"));
            String difference = new JournalFacts("fraud", 0, facts(), Map.of())
                    .differenceTo(new JournalFacts("fraud", 0, kept, Map.of()));
            if (difference != null) {
                throw new IOException(options.journal() + ": the journal of a run with other options; " + difference
                        + "; give the same ones, or another directory");
            }
        } catch (JournalException e) {
            throw fault(e);
        }
        return Files.exists(directory.resolve(FINISHED)) && allFilesAreThere();
    }

    /** A file that was taken away is made again. */
    private boolean allFilesAreThere() {
        return Stream.of(options.features(), options.alerts(), options.deadLetters())
                .allMatch(file -> file == null || Files.exists(Path.of(file)));
    }

    /** How much state there may be decides what is refused: what this machine could have, unless a run has begun with something else. */
    long stateBytes(long possible) {
        return keptBudget == null ? possible : Long.parseLong(keptBudget.replaceAll("\\D", ""));
    }

    void keep(Setup setup) {
        if (isKept()) {
            Journaling how = Journaling.plain();
            for (Map.Entry<String, String> f : facts().entrySet()) {
                how = how.fact(f.getKey(), f.getValue());
            }
            setup.journal(ArchiveJournal.in(directory), how);
        }
    }

    /** All is written. */
    void finished() throws IOException {
        if (isKept()) {
            Files.write(directory.resolve(FINISHED), new byte[0]);
        }
    }

    IOException fault(JournalException e) {
        return new IOException(options.journal() + ": " + e.getMessage(), e);
    }
}
