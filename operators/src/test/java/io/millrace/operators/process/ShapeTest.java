package io.millrace.operators.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.process.Script.Cmd;
import io.millrace.operators.process.Script.Said;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process class may not be, and what it is told. */
class ShapeTest {
    private static Topology topology(Duration keepIdle, Fn1<On<Cmd>, Shape> process) {
        return Millrace.topology(
                "shape",
                t -> t.from(Script.CMDS)
                        .keyBy(Cmd::key)
                        .process("shape", keepIdle, process)
                        .out(s -> s.out)
                        .to(Script.SAYS));
    }

    private static String refused(Fn1<On<Cmd>, Shape> process) {
        return assertThrows(RuntimeException.class, () -> topology(Duration.ofDays(1), process))
                .getMessage();
    }

    private static void assertSays(String what, String message) {
        assertTrue(message.contains(what), message);
    }

    /** A good one. */
    static class Shape extends KeyedProcess {
        final Emit<Said> out = emits("out", Said.class);

        Shape(On<Cmd> cmds) {
            on(cmds, c -> out.emit(new Said(key(), nowNs(), c.script())));
        }
    }

    static class Mutable extends Shape {
        long count;

        Mutable(On<Cmd> cmds) {
            super(cmds);
        }
    }

    static class Twins extends Shape {
        final LongState a = longState("a");
        final BooleanState b = booleanState("a");

        Twins(On<Cmd> cmds) {
            super(cmds);
        }
    }

    static class Deaf extends Shape {
        Deaf(On<Cmd> cmds) {
            super(cmds);
            on(cmds, c -> {});
        }
    }

    static class TwoEars extends KeyedProcess {
        final Emit<Said> out = emits("out", Said.class);

        TwoEars(On<Cmd> first, On<Cmd> second) {
            on(second, c -> {});
        }
    }

    static class LateDeclaration extends Shape {
        final Timer timer = timer("timer", () -> longState("late"));

        LateDeclaration(On<Cmd> cmds) throws IOException {
            super(cmds);
            throw new IOException("no file");
        }
    }

    static class Eager extends Shape {
        final Timer timer = timer("timer", () -> {});

        Eager(On<Cmd> cmds) {
            super(cmds);
            timer.in(Duration.ofDays(1));
        }
    }

    static class Unbounded extends Shape {
        Unbounded(On<Cmd> cmds) {
            super(cmds);
            emitsAtMost(0);
        }
    }

    static class Boundless extends Shape {
        Boundless(On<Cmd> cmds) {
            super(cmds);
            emitsAtMost(Integer.MAX_VALUE);
        }
    }

    static class Wide extends Shape {
        Wide(On<Cmd> cmds) {
            super(cmds);
            emitsAtMost(1 << 20);
        }
    }

    @Test
    void shouldNameAFieldThatMayChange() {
        assertSays("field count of " + Mutable.class.getName() + " is not final", refused(Mutable::new));
        assertSays("longState(\"count\")", refused(Mutable::new));
    }

    @Test
    void shouldRefuseDoubles() {
        assertSays("two fields of a process are named 'a'", refused(Twins::new));
        assertSays("input 0 has two handlers", refused(Deaf::new));
    }

    @Test
    void shouldRefuseAnInputWithoutAHandler() {
        String message = assertThrows(
                        RuntimeException.class,
                        () -> Millrace.topology("ears", t -> {
                            var cmds = t.from(Script.CMDS).keyBy(Cmd::key);
                            cmds.process("ears", Duration.ofDays(1), cmds, TwoEars::new)
                                    .out(e -> e.out)
                                    .to(Script.SAYS);
                        }))
                .getMessage();
        assertSays("ears (ShapeTest.java:", message);
        assertSays("input 0 of the process has no handler; call on(input, handler)", message);
    }

    @Test
    void shouldTellWhatAConstructorThrows() {
        assertSays("shape (ShapeTest.java:", refused(LateDeclaration::new));
        assertSays("its constructor throws java.io.IOException: no file", refused(LateDeclaration::new));
        assertSays("is for handlers of its process, during their call", refused(Eager::new));
        assertSays("emitsAtMost(0): outputs of one call; use 1 to 1048576", refused(Unbounded::new));
        assertSays("emitsAtMost(2147483647): outputs of one call; use 1 to 1048576", refused(Boundless::new));
    }

    @Test
    void shouldDeclareNoLessOutputsForALargeBound() {
        Topology wide = topology(Duration.ofDays(1), Wide::new);
        int most = wide.node("shape").operator().maxOutputs();
        assertEquals(17 << 20, most);
    }

    @Test
    void shouldRefuseToKeepIdleKeysForNoTime() {
        String message = assertThrows(RuntimeException.class, () -> topology(Duration.ZERO, Shape::new))
                .getMessage();
        assertSays("keeps an idle key for PT0S", message);
    }

    @Test
    void shouldRefuseAFactoryThatDeclaresSomethingElseEachTime() {
        int[] made = {0};
        Topology topology = topology(Duration.ofDays(1), in -> new Shape(in) {
            final LongState other = longState("n" + made[0]++);
        });
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> io.millrace.testkit.TestDriver.of(topology));
        assertSays("a factory must not depend on anything that changes", refused.getMessage());
    }

    @Test
    void shouldBoundWhatOneEntryCanCause() {
        ProcessByKey operator = (ProcessByKey) Script.topology().node("script").operator();
        assertEquals((1 + 16 + 3) * Script.EMITS, operator.maxOutputs());
        assertEquals(64, operator.maxFirings());
        assertEquals(Script.EMITS, operator.maxOutputsPerFiring());
        assertEquals(List.of("says", "other"), operator.ports());
    }
}
