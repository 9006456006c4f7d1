package io.millrace.examples.jdbc;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.transport.journal.ArchiveJournal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Transfers, of which each tenth of an account costs a fee, booked in a database: a booking adds to a balance, so one that came twice, or
 * not at all, is there to be seen for ever.
 *
 * <p>The database is HSQLDB: one jar without others behind it, of a BSD licence, with logging and recovery of its own.
 */
final class Ledger {
    static final int ACCOUNTS = 97;

    /** A transfer. */
    record Transfer(long number, long account, long cents) {
        /** The n-th one. */
        static Transfer of(long n) {
            long mixed = (n + 1) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 29;
            return new Transfer(n, Math.floorMod(mixed, (long) ACCOUNTS), 1 + (mixed >>> 50));
        }

        long timeMs() {
            return number;
        }
    }

    /** What a transfer changes. */
    record Booking(long account, long cents) {}

    static final Input<Transfer> TRANSFERS =
            Input.of("transfers", Transfer.class).eventTime(Transfer::timeMs, MILLISECONDS);
    static final Output<Booking> BOOKINGS = Output.of("bookings", Booking.class);

    /** Kept, or its level would be forgotten. */
    private static final Logger DATABASE_LOG = Logger.getLogger("hsqldb.db");

    /** What is known of an account. */
    static final class Account extends KeyedProcess {
        final LongState transfers = longState("transfers");
        final Emit<Booking> bookings = emits("bookings", Booking.class);

        Account(On<Transfer> events) {
            on(events, t -> {
                transfers.add(1);
                bookings.emit(new Booking(t.account(), t.cents()));
                if (transfers.get() % 10 == 0) {
                    bookings.emit(new Booking(t.account(), -25));
                }
            });
        }
    }

    static final Topology TOPOLOGY = Millrace.topology(
            "ledger",
            t -> t.from(TRANSFERS)
                    .keyBy(Transfer::account)
                    .process("accounts", Duration.ofDays(365), Account::new)
                    .out(a -> a.bookings)
                    .to(BOOKINGS));

    private Ledger() {}

    // region: jdbc
    static Engine start(Path directory) {
        String book = "merge into balances b using (values (cast(? as bigint), cast(? as bigint))) v (account, cents)"
                + " on b.account = v.account"
                + " when matched then update set b.cents = b.cents + v.cents, b.bookings = b.bookings + 1"
                + " when not matched then insert values (v.account, v.cents, 1)";
        return Engine.of(TOPOLOGY)
                .journal(
                        ArchiveJournal.in(directory.resolve("journal")),
                        Journaling.plain().snapshotEvery(Duration.ofMinutes(1), 1_000_000))
                .output(BOOKINGS, new JdbcSink<>(() -> connect(directory), book, (statement, booking) -> {
                    statement.setLong(1, booking.account());
                    statement.setLong(2, booking.cents());
                }))
                .start();
    }
    // endregion

    /**
     * Opens it. A commit waits for the disk ({@code write_delay=false}; by default half a second of them may be lost), and the database ends
     * with its last connection. Its own lock would keep a start away for ten seconds behind a kill; that of the journal, which is taken
     * first, ends with the process.
     */
    static Connection connect(Path directory) throws SQLException {
        DATABASE_LOG.setLevel(Level.WARNING);
        Connection connection = DriverManager.getConnection("jdbc:hsqldb:file:" + directory.resolve("db")
                + "/ledger;hsqldb.write_delay=false;hsqldb.lock_file=false;shutdown=true");
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists millrace_progress (output varchar(200) primary key,"
                    + " events bigint not null, last_sequence bigint not null, last_ordinal int not null)");
            statement.execute("create table if not exists balances (account bigint primary key,"
                    + " cents bigint not null, bookings bigint not null)");
        }
        return connection;
    }
}
