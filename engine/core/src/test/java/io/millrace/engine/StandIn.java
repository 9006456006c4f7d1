package io.millrace.engine;

import io.millrace.journal.Journal;
import io.millrace.journal.JournalLog;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** In front of something real, to have it answer something else now and then, or fail. */
final class StandIn {
    private StandIn() {}

    /** Asks first by the name of the method: null lets the real one answer. */
    static <T> T of(Class<T> type, T real, Function<String, Object> first) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (p, method, args) -> {
            Object instead = first.apply(method.getName());
            if (instead != null) {
                return instead;
            }
            try {
                return method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    /** Each log that is opened, for whatever purpose, as it is made of the real one. */
    static Journal journal(Journal real, UnaryOperator<JournalLog> opened) {
        return Journal.class.cast(Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (p, m, args) -> {
                    try {
                        return opened.apply((JournalLog) m.invoke(real, args));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
