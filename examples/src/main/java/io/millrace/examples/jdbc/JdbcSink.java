package io.millrace.examples.jdbc;

import io.millrace.event.Meta;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Executes a statement for each event, once, however often its engine is killed and started again: the statements of some events, how many
 * events that makes in all, and the id of the last of them are committed together. So the database knows what it has, and says so when the
 * engine starts. Nothing in it but a connection is of a certain database; copy it.
 *
 * <p>{@code create table millrace_progress (output varchar(200) primary key, events bigint not null, last_sequence bigint not null,
 * last_ordinal int not null)} has to be there.
 *
 * @param <V> the event
 */
final class JdbcSink<V> implements EventSink<V> {
    /** Opens the database. */
    @FunctionalInterface
    interface Database {
        Connection connect() throws SQLException;
    }

    /** Sets the parameters of the statement. */
    @FunctionalInterface
    interface Parameters<V> {
        void set(PreparedStatement statement, V event) throws SQLException;
    }

    /** A commit waits for a disk: as many as come while one waits share the next, but no more. */
    private static final int EVENTS_A_COMMIT = 500;

    private final Database database;
    private final String sql;
    private final Parameters<V> parameters;
    private Connection connection;
    private PreparedStatement effects;
    private PreparedStatement progress;
    private long events;

    /**
     * Of what this run was handed. The order is judged by that alone: a changed topology counts on, and may put out what it makes of
     * entries that were before the last in the database.
     */
    private long sequence = -1;

    private int ordinal;
    private int gathered;

    /** Whether a commit has been begun and not come to its end: then nobody knows what of it is in the transaction, and nothing more goes in. */
    private boolean failed;

    JdbcSink(Database database, String sql, Parameters<V> parameters) {
        this.database = database;
        this.sql = sql;
        this.parameters = parameters;
    }

    /** On a thread of its own, since a commit waits; the engine waits when 1,024 events do. */
    @Override
    public Delivery delivery() {
        return Delivery.blocking();
    }

    /** The statement does not ask what an event does to those before it. */
    @Override
    public String insertsOnly() {
        return "let the results be final (emit on close), or set a statement of your own by Meta.form()";
    }

    /** Called when the journal is open, and so locked: no other process is in the middle of this database then. */
    @Override
    public Resumption resume(String output) throws SQLException {
        connection = database.connect();
        connection.setAutoCommit(false);
        readProgress(output);
        effects = connection.prepareStatement(sql);
        progress = connection.prepareStatement(
                "update millrace_progress set events = ?, last_sequence = ?, last_ordinal = ? where output = ?");
        progress.setString(4, output);
        return Resumption.after(events);
    }

    private void readProgress(String output) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("select events from millrace_progress where output = ?")) {
            read.setString(1, output);
            ResultSet row = read.executeQuery();
            if (row.next()) {
                events = row.getLong(1);
                return;
            }
        }
        try (PreparedStatement begin =
                connection.prepareStatement("insert into millrace_progress values (?, 0, -1, 0)")) {
            begin.setString(1, output);
            begin.executeUpdate();
        }
        connection.commit();
    }

    @Override
    public void on(V event, Meta meta) throws SQLException {
        requireSound();
        if (meta.sequence() < sequence || meta.sequence() == sequence && meta.ordinal() <= ordinal) {
            throw new SQLException("output " + meta.sequence() + "." + meta.ordinal() + " comes behind " + sequence
                    + "." + ordinal + ": outputs come in the order of their ids");
        }
        parameters.set(effects, event);
        failed = true;
        effects.addBatch();
        failed = false;
        events++;
        gathered++;
        sequence = meta.sequence();
        ordinal = meta.ordinal();
        if (gathered == EVENTS_A_COMMIT) {
            commit();
        }
    }

    /**
     * The engine has nothing else at the moment, or wants to be sure of what was taken. Called again after a failure ({@link Delivery#retry})
     * it fails again: the batch is gone, and many databases keep what of it was executed. So the engine halts, and the next start
     * gets these events once more, behind what was committed.
     */
    @Override
    public void flush() throws SQLException {
        requireSound();
        if (gathered > 0) {
            commit();
        }
    }

    private void requireSound() throws SQLException {
        if (failed) {
            throw new SQLException(
                    "an earlier batch or commit has failed, and nothing more is committed; start the engine again");
        }
    }

    private void commit() throws SQLException {
        failed = true; // until it has not: a batch that was executed in part must not be committed by a later call
        effects.executeBatch();
        progress.setLong(1, events);
        progress.setLong(2, sequence);
        progress.setInt(3, ordinal);
        if (progress.executeUpdate() != 1) {
            throw new SQLException("the row of this output in millrace_progress is gone; put it back");
        }
        connection.commit();
        gathered = 0;
        failed = false;
    }

    /** Rolls back before it closes: some drivers commit what is open then. */
    @Override
    public void close() throws IOException {
        if (connection == null) {
            return;
        }
        try (Connection closed = connection) {
            if (!failed) {
                flushOrRollBack(closed);
            } else {
                closed.rollback();
            }
        } catch (SQLException e) {
            throw new IOException("the database cannot be closed: " + e.getMessage(), e);
        }
    }

    private void flushOrRollBack(Connection closed) throws SQLException {
        try {
            flush();
        } finally {
            if (failed) {
                closed.rollback();
            }
        }
    }
}
