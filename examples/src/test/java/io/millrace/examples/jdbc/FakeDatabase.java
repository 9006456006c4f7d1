package io.millrace.examples.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * As much of a database as a {@link JdbcSink} asks for, of the kind that rolls back a statement which fails and nothing else, and commits
 * what is open when it is closed. Its one table of effects has what is set as parameter 1.
 */
final class FakeDatabase {
    /** What is committed. */
    final List<Long> effects = new ArrayList<>();

    /** Events, sequence and ordinal; null where there is no row. */
    long[] progress;

    /** Asked for each effect that is executed, counted from 1 over the life of the database. */
    IntPredicate statementFails = n -> false;

    /** Asked for each commit, as that. */
    IntPredicate commitFails = n -> false;

    private int statements;
    private int commits;
    private final List<Long> openEffects = new ArrayList<>();
    private long[] openProgress;

    /** What another connection has left open is gone with its process. */
    Connection connect() {
        rollBack();
        return proxy(Connection.class, (self, method, args) -> switch (method.getName()) {
            case "prepareStatement" -> statement((String) args[0]);
            case "commit" -> commit();
            case "rollback" -> rollBack();
            case "close" -> end();
            default -> null;
        });
    }

    private Object commit() throws SQLException {
        if (commitFails.test(++commits)) {
            throw new SQLException("commit " + commits + " fails");
        }
        return end();
    }

    private Object end() {
        effects.addAll(openEffects);
        progress = openProgress == null ? progress : openProgress;
        return rollBack();
    }

    private Object rollBack() {
        openEffects.clear();
        openProgress = null;
        return null;
    }

    private PreparedStatement statement(String sql) {
        Object[] set = new Object[5];
        List<Long> batch = new ArrayList<>();
        return proxy(PreparedStatement.class, (self, method, args) -> switch (method.getName()) {
            case "setLong", "setInt", "setString" -> set[(int) args[0]] = args[1];
            case "addBatch" -> batch.add((long) set[1]);
            case "executeBatch" -> execute(batch);
            case "executeQuery" -> row();
            case "executeUpdate" -> update(sql.startsWith("insert"), set);
            default -> null;
        });
    }

    private Object execute(List<Long> batch) throws SQLException {
        List<Long> all = List.copyOf(batch);
        batch.clear();
        for (long effect : all) {
            if (statementFails.test(++statements)) {
                throw new BatchUpdateException("statement " + statements + " fails", new int[0]);
            }
            openEffects.add(effect);
        }
        return new int[all.size()];
    }

    private Object update(boolean inserts, Object... set) {
        openProgress = inserts
                ? new long[] {0, -1, 0}
                : new long[] {(long) set[1], (long) set[2], ((Integer) set[3]).longValue()};
        return 1;
    }

    private ResultSet row() {
        return proxy(ResultSet.class, (self, method, args) -> switch (method.getName()) {
            case "next" -> progress != null;
            case "getLong" -> progress[(int) args[0] - 1];
            case "getInt" -> (int) progress[(int) args[0] - 1];
            default -> null;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
