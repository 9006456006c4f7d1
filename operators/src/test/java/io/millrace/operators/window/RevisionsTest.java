package io.millrace.operators.window;

import static io.millrace.event.EntryForm.INSERT;
import static io.millrace.event.EntryForm.REPLACEMENT;
import static io.millrace.event.EntryForm.RETRACTION;
import static io.millrace.operators.window.Window.global;
import static io.millrace.operators.window.Window.session;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static io.millrace.operators.window.WindowSemanticsTest.driver;
import static io.millrace.operators.window.WindowSemanticsTest.send;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.testkit.TestDriver;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A window without an end, or a session that goes on, has had more results than an int counts. */
class RevisionsTest {
    private static final long MANY = Integer.MAX_VALUE;

    @Test
    void shouldReplaceBehindMoreResultsThanAnIntCounts() throws Exception {
        for (Window window : List.of(global(), session(ofNanos(100)))) {
            TestDriver driver = behindMany(window.emitOnUpdate());
            send(driver, 1, 1, 1);
            assertEquals(List.of(REPLACEMENT, REPLACEMENT, REPLACEMENT), forms(driver));
            assertEquals(List.of(MANY, MANY, MANY), revisions(driver));
        }
    }

    @Test
    void shouldTakeBackBehindMoreResultsThanAnIntCounts() throws Exception {
        for (Window window : List.of(global(), session(ofNanos(100)))) {
            TestDriver driver = behindMany(window.emitOnUpdate().retracting());
            send(driver, 1, 1);
            assertEquals(List.of(RETRACTION, INSERT, RETRACTION, INSERT), forms(driver));
            assertEquals(List.of(MANY - 1, MANY, MANY, MANY), revisions(driver));
        }
    }

    @Test
    void shouldTakeBackASessionThatHasGrownBehindSoMany() throws Exception {
        TestDriver driver = behindMany(session(ofNanos(100)).emitOnUpdate());
        send(driver, 2, 3);
        assertEquals(List.of(RETRACTION, INSERT, RETRACTION, INSERT), forms(driver));
    }

    /** Of one key, behind its 2^31 - 1 first results. */
    private static TestDriver behindMany(Window window) throws ReflectiveOperationException {
        TestDriver driver = send(driver(window), 1, 1);
        PaneBlocks panes = find(driver, PaneBlocks.class);
        panes.set(panes.newest(panes.rows.find(0)), panes.revisionAt, MANY);
        driver.take(BARS);
        return driver;
    }

    private static List<EntryForm> forms(TestDriver driver) {
        return driver.metas(BARS).stream().map(Meta::form).toList();
    }

    private static List<Long> revisions(TestDriver driver) {
        return driver.take(BARS).stream().map(b -> (long) b.revision()).toList();
    }

    /** The object of a class that can be reached from another one. */
    private static <T> T find(Object root, Class<T> type) throws ReflectiveOperationException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> next = new ArrayDeque<>(List.of(root));
        while (!next.isEmpty()) {
            Object o = next.poll();
            if (type.isInstance(o)) {
                return type.cast(o);
            }
            if (seen.add(o)) {
                addParts(o, next);
            }
        }
        throw new IllegalStateException("no " + type);
    }

    private static void addParts(Object o, Deque<Object> to) throws ReflectiveOperationException {
        if (o instanceof Collection<?> all) {
            all.stream().filter(e -> e != null).forEach(to::add);
        } else if (o instanceof Object[] all) {
            Stream.of(all).filter(e -> e != null).forEach(to::add);
        }
        for (Class<?> c = o.getClass(); c != null && c.getName().startsWith("io.millrace."); c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                if (!Modifier.isStatic(f.getModifiers()) && !f.getType().isPrimitive()) {
                    f.setAccessible(true);
                    Object part = f.get(o);
                    if (part != null) {
                        to.add(part);
                    }
                }
            }
        }
    }
}
