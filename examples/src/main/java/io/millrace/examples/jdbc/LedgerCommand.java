package io.millrace.examples.jdbc;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** {@code examples/run ledger}: bookings in a database, each once, however often it is killed. */
public final class LedgerCommand implements Command {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The command. */
    public LedgerCommand() {}

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public String summary() {
        return "books transfers in a database, each once, even when it is killed and started again";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = new Options(name())
                .option("--dir", "DIR", null, "directory of the journal and the database; what is there is continued")
                .option("--count", "N", "100000", "how many transfers to book")
                .option("--rate", "N", "10000", "transfers a second")
                .parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        if (!options.has("--dir")) {
            throw options.bad("--dir", "missing", "write --dir DIR");
        }
        long count = options.number("--count", 1, 1_000_000_000);
        long rate = options.number("--rate", 1, 10_000_000);
        Path directory = Path.of(options.text("--dir"));
        try {
            Files.createDirectories(directory);
            long from = book(directory, count, rate);
            System.out.println("went on with transfer " + from);
            print(directory);
            return OK;
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? "no directory, or no permission" : e.getReason();
            System.err.println(
                    "millrace ledger: --dir " + e.getFile() + ": cannot be used (" + why + "); name another directory");
            return FAILED;
        } catch (IOException | SQLException | JournalException e) {
            System.err.println("millrace ledger: " + e.getMessage());
            return FAILED;
        }
    }

    /** Answers the number of the first transfer that the journal did not have. */
    private static long book(Path directory, long count, long rate) {
        try (Engine engine = Ledger.start(directory)) {
            Publisher<Ledger.Transfer> transfers = engine.publisher(Ledger.TRANSFERS);
            long from = engine.recovered().events(Ledger.TRANSFERS);
            long begin = System.nanoTime();
            for (long n = from; n < count; n++) {
                long due = begin + (n - from) * 1_000_000_000L / rate;
                for (long left; (left = due - System.nanoTime()) > 0; ) {
                    LockSupport.parkNanos(left);
                }
                transfers.publish(Ledger.Transfer.of(n));
            }
            engine.drain(PATIENCE);
            return from;
        }
    }

    private static void print(Path directory) throws SQLException {
        try (Connection connection = Ledger.connect(directory);
                Statement statement = connection.createStatement();
                ResultSet sums = statement.executeQuery("select count(*), sum(bookings), sum(cents) from balances")) {
            sums.next();
            System.out.println("accounts  " + sums.getLong(1));
            System.out.println("bookings  " + sums.getLong(2));
            System.out.println("cents     " + sums.getLong(3));
        }
    }
}
