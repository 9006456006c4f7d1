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
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The journal of a run, which makes it one run however often it is interrupted; or none. */
final class FraudJournal {
    /** Made when all files are complete, and durable; says what was read, and how long they are. */
    private static final String FINISHED = "finished";

    /** Made before that: the table of the run that finished it, for who asks for it later. */
    private static final String TABLE = "finished.json";

    /** What a table says of a rate. */
    private static final String NOT_HELD = "\"held\": \"no\"";

    private static final String BUDGET = "state budget";

    private final FraudOptions options;
    private final Path directory;
    private String keptBudget;

    /** Null where the run has read nothing that could be compared. */
    private SummedInput read;

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
     * @param stop  whether to look no further
     * @return whether that run has been finished
     * @throws IOException when it was another run, or was stopped
     */
    boolean isFinished(Model model, BooleanSupplier stop) throws IOException {
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
        if (said.size() != 1 + files().size() || !Files.exists(directory.resolve(TABLE))) {
            return false; // of another build, or torn: what is made once more is the same
        }
        String input = input(stop);
        if (!input.isEmpty() && !input.equals(said.get(0))) {
            throw new IOException(options.payments() + ": is not as the run had read it that finished "
                    + options.journal() + "; give the same file, or another directory");
        }
        return said.subList(1, said.size()).equals(lengths());
    }

    /** Empty where there is none that could be read once more: what is read of one that is finished nobody compares. */
    private String input(BooleanSupplier stop) throws IOException {
        if (!isInputComparable()) {
            return "";
        }
        try (SummedInput in = SummedInput.of(options.payments())) {
            byte[] piece = new byte[1 << 16];
            while (in.read(piece, 0, piece.length) >= 0) {
                if (stop.getAsBoolean()) {
                    throw new InterruptedIOException(options.payments() + ": interrupted");
                }
            }
            return in.sum();
        }
    }

    private boolean isInputComparable() {
        return options.payments() != null && Files.isRegularFile(Path.of(options.payments()));
    }

    /**
     * The bytes of the input as they are read, which is what the run was of: rows that are added behind them while it ends are no part
     * of it. Null where nobody compares them.
     */
    SummedInput summedInput() {
        read = isKept() && isInputComparable() ? SummedInput.of(options.payments()) : null;
        return read;
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

    /**
     * All is written: it is made durable before that is said, as a loss of power could take what a file still has in memory.
     *
     * @param table of this run, as JSON
     */
    void finished(String table) throws IOException {
        if (isKept()) {
            for (Path file : files()) {
                force(file);
            }
            List<String> said = new ArrayList<>(List.of(read == null ? "" : read.sum()));
            said.addAll(lengths());
            put(TABLE, List.of(table.stripTrailing()));
            put(FINISHED, said);
        }
    }

    /** Whole or not at all. */
    private void put(String name, List<String> lines) throws IOException {
        Path fresh = directory.resolve(name + ".new");
        Files.write(fresh, lines);
        force(fresh);
        Path file = directory.resolve(name);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(file);
    }

    /** That of the run that finished it. */
    String table() throws IOException {
        return Files.readString(directory.resolve(TABLE));
    }

    /** Whether it was told a rate, and did not hold it. */
    boolean hasMissedRate() throws IOException {
        return table().contains(NOT_HELD);
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
