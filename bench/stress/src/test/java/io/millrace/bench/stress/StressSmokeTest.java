package io.millrace.bench.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;

/**
 * A few samples of each case, without the harness, which starts some forty JVMs before it has the first one: that its actors end, and that what
 * they see is among what it allows.
 */
class StressSmokeTest {
    private static final int SAMPLES = 20;
    private static final long PATIENCE_MS = TimeUnit.SECONDS.toMillis(60);

    static Stream<Class<?>> cases() throws Exception {
        Path root = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> cases = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(StressSmokeTest::isOurs).sorted().toList()) {
                String name = root.relativize(file).toString().replace('\\', '/');
                Class<?> found = Class.forName(
                        name.substring(0, name.length() - ".class".length()).replace('/', '.'));
                if (found.isAnnotationPresent(JCStressTest.class)) {
                    cases.add(found);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(root.toString(), e);
        }
        assertTrue(cases.size() >= 18, cases.toString());
        return cases.stream();
    }

    /** Not what jcstress generates beside the cases. */
    private static boolean isOurs(Path file) {
        return file.getFileName().toString().matches("\\w+Stress(\\$\\w+)?\\.class");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldRunACase(Class<?> stress) throws Exception {
        for (int i = 0; i < SAMPLES; i++) {
            String seen = sample(stress);
            assertFalse(expected(stress, seen) == Expect.FORBIDDEN, seen + " is forbidden");
        }
    }

    @Test
    void shouldSayInALineWhatCannotBeUnderstood() throws Exception {
        assertEquals(
                List.of("millrace stress: 'w' is not a recognized option; see bench/run stress --help"),
                said("-wrong"));
        assertEquals(
                List.of("millrace stress: -t NoSuchCase: no case of that name; bench/run stress -l names all"),
                said("-t", "NoSuchCase"));
        assertTrue(said("-time", "many").get(0).matches(".*'many' of option .*time.*; see bench/run stress --help"));
        assertTrue(said("-t", "Ring(").get(0).startsWith("millrace stress: -t Ring(: is no pattern"));
    }

    private static List<String> said(String... words) throws Exception {
        PrintStream screen = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertEquals(2, Main.run(words));
        } finally {
            System.setErr(screen);
        }
        return said.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String sample(Class<?> stress) throws Exception {
        Object state = stress.getDeclaredConstructor().newInstance();
        Object result = resultOf(stress).getDeclaredConstructor().newInstance();
        List<Throwable> failed = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Method actor : annotated(stress, Actor.class)) {
            threads.add(new Thread(() -> call(actor, state, result, failed)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(PATIENCE_MS);
            assertFalse(thread.isAlive(), "an actor does not end");
        }
        annotated(stress, Arbiter.class).forEach(arbiter -> call(arbiter, state, result, failed));
        synchronized (failed) {
            assertEquals(List.of(), failed);
        }
        return result.toString();
    }

    private static void call(Method method, Object state, Object result, List<Throwable> failed) {
        try {
            method.invoke(state, method.getParameterCount() == 0 ? new Object[0] : new Object[] {result});
        } catch (InvocationTargetException | IllegalAccessException e) {
            synchronized (failed) {
                failed.add(e.getCause() == null ? e : e.getCause());
            }
        }
    }

    private static List<Method> annotated(Class<?> stress, Class<? extends java.lang.annotation.Annotation> with) {
        return Arrays.stream(stress.getMethods())
                .filter(m -> m.isAnnotationPresent(with))
                .toList();
    }

    private static Class<?> resultOf(Class<?> stress) {
        return Stream.concat(annotated(stress, Actor.class).stream(), annotated(stress, Arbiter.class).stream())
                .filter(m -> m.getParameterCount() == 1)
                .map(m -> m.getParameterTypes()[0])
                .findFirst()
                .orElseThrow();
    }

    /** As jcstress grades: by the first that names it, else by the one that names nothing; what nobody names is forbidden. */
    private static Expect expected(Class<?> stress, String seen) {
        Expect rest = Expect.FORBIDDEN;
        for (Outcome outcome : stress.getAnnotationsByType(Outcome.class)) {
            List<String> ids = List.of(outcome.id());
            if (ids.isEmpty() || ids.equals(List.of(""))) {
                rest = outcome.expect();
            } else if (ids.contains(seen) || ids.stream().anyMatch(seen::matches)) {
                return outcome.expect();
            }
        }
        return rest;
    }
}
