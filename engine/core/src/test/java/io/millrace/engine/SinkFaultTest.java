package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sink that fails is never silent: the engine says which output, which sink, in what, and why. */
@Timeout(240)
class SinkFaultTest {
    /** No ticks, so that nothing is flushed before there is something. */
    private static final Input<Num> IN = Num.input("in").historic();

    private static final Topology PASS = one(IN, TrialOp.pass(1));
    private final SinkTrial sink = SinkTrial.sink();

    private static void fail(String why) throws IOException {
        throw new IOException(why);
    }

    private void delivery(boolean blocking, boolean counts) {
        Delivery d = blocking ? Delivery.blocking() : Delivery.inline();
        sink.delivery = counts ? d.countFailures() : d;
    }

    // ---- begin

    /** What has begun before it is closed, and what was bound beside it, also where no thread has ever called it. */
    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void shouldCloseAllThatWasBoundWhenASinkCannotBegin(boolean live, boolean blocking) {
        delivery(blocking, false);
        SinkTrial other = SinkTrial.sink().blocking(sink.delivery);
        other.inBegin = () -> fail("no room");
        Trials.Counting source = new Trials.Counting(0, 1, true);
        Setup setup = Engine.of(PASS).input(IN, source).output(OUT, sink).output(OUT, other);
        Exception e = assertThrows(IllegalStateException.class, () -> (live ? setup.start() : setup.inline()).close());
        assertEquals("output out: its sink could not be started: no room", e.getMessage());
        assertEquals("1 1 1", sink.closed + " " + other.closed + " " + source.closed);
    }

    // ---- flush

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHaltAndNameTheOutputWhenASinkFailsToFlush(boolean blocking) throws Exception {
        delivery(blocking, false);
        sink.inFlush = () -> fail("disk full");
        Engine engine = Engine.of(PASS).output(OUT, sink).start();
        engine.publisher(IN).publish(num(1));
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        String expected = "output out: its sink SinkTrial failed in flush: java.io.IOException: disk full";
        String lacks = blocking
                ? "; output out: its sink SinkTrial may have lost the 1 events that it took after its "
                        + "last flush, the first of them from entry 0"
                : "";
        assertEquals(expected + lacks, engine.health().why());
        await("told", () -> {
            try {
                engine.publisher(IN).publish(num(2));
                return false;
            } catch (EngineStoppedException e) {
                return e.getMessage().equals("engine trial has halted: " + expected);
            }
        });
        EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
        assertEquals("closing engine trial: " + expected + lacks, lost.getMessage());
        assertEquals("disk full", lost.getCause().getCause().getMessage());
        engine.close();
        assertEquals(1, sink.closed);
        assertEquals(Health.State.HALTED, engine.health().state());
        assertEquals(1, engine.stats().output("out").faults());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHaltTheInlineHostWhenASinkFailsToFlush(boolean blocking) throws Exception {
        delivery(blocking, false);
        sink.inFlush = () -> fail("disk full");
        Inline inline = Engine.of(PASS).output(OUT, sink).inline();
        inline.publish(IN, num(1));
        await("halted", () -> {
            try {
                inline.doWork(0);
                return false;
            } catch (EngineStoppedException e) {
                return e.getMessage()
                        .equals("engine trial has halted: output out: its sink SinkTrial failed in flush:"
                                + " java.io.IOException: disk full");
            }
        });
        assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(2)));
        assertEquals(Health.State.HALTED, inline.health().state());
        assertTrue(
                inline.health().why().startsWith("output out: its sink"),
                inline.health().why());
        assertThrows(EngineStoppedException.class, inline::close);
        assertEquals(1, sink.closed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGoOnWhereFailuresAreCounted(boolean blocking) throws Exception {
        delivery(blocking, true);
        sink.inFlush = () -> fail("disk full");
        sink.inClose = () -> fail("still full");
        Engine engine = Engine.of(PASS).output(OUT, sink).start();
        engine.publisher(IN).publish(num(1));
        await("degraded", () -> engine.health().state() == Health.State.DEGRADED);
        assertTrue(engine.health().why().contains("output out: its sink SinkTrial failed in flush"));
        engine.publisher(IN).publish(num(2));
        await("taken", () -> sink.seen.size() == 2);
        await("flushed", () -> sink.flushed >= 2);
        engine.close();
        assertEquals(sink.flushed + 1, engine.stats().output("out").faults(), "each flush, and close");
        assertEquals(Health.State.CLOSED, engine.health().state());
        assertTrue(engine.health().why().contains("(and "), engine.health().why());
    }

    @Test
    void shouldHaltWhenTheMachineFailsEvenWhereFailuresAreCounted() throws Exception {
        delivery(false, true);
        sink.inFlush = () -> {
            throw new OutOfMemoryError("made up");
        };
        Engine engine = Engine.of(PASS).output(OUT, sink).start();
        engine.publisher(IN).publish(num(1));
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        assertThrows(EngineStoppedException.class, engine::close);
    }

    // ---- close

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldThrowFromCloseWhenASinkFailsThere(boolean blocking) {
        delivery(blocking, false);
        sink.inClose = () -> fail("no room for the last block");
        String expected =
                "output out: its sink SinkTrial failed in close: java.io.IOException: no room for the last block";
        Engine engine = Engine.of(PASS).output(OUT, sink).start();
        engine.publisher(IN).publish(num(1));
        EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
        assertEquals("closing engine trial: " + expected, lost.getMessage());
        assertEquals(Health.State.CLOSED, engine.health().state());
        assertEquals("closed; " + expected, engine.health().why());
        engine.close();

        Inline inline = Engine.of(PASS).output(OUT, sink).inline();
        lost = assertThrows(EngineStoppedException.class, inline::close);
        assertEquals("closing engine trial: " + expected, lost.getMessage());
        assertEquals("closed; " + expected, inline.health().why());
        inline.close();
        assertEquals(2, sink.closed);
    }

    @Test
    void shouldCloseAllSinksAndTellAllThatFail() {
        Output<Num> second = Num.output("second");
        GraphBuilder g = new GraphBuilder("two");
        g.sink(OUT, g.source(IN, ""), "");
        g.sink(second, g.source(IN, ""), "");
        sink.inClose = () -> fail("first");
        SinkTrial other = SinkTrial.sink().blocking(Delivery.blocking());
        other.inClose = () -> fail("other");
        Trials.Counting source = new Trials.Counting(0, 1, true) {
            @Override
            public void close() {
                super.close();
                throw new IllegalStateException("source");
            }
        };
        Inline inline = Engine.of(g.build())
                .input(IN, source)
                .output(OUT, sink)
                .output(second, other)
                .inline();
        EngineStoppedException lost = assertThrows(EngineStoppedException.class, inline::close);
        assertTrue(lost.getMessage().contains("input in: its source failed while it was closed"), lost.getMessage());
        Throwable sinks = lost.getSuppressed()[0];
        assertTrue(sinks.getMessage().contains("first"), sinks.getMessage());
        assertTrue(sinks.getSuppressed()[0].getMessage().contains("output second"), sinks.toString());
        assertEquals(1, sink.closed);
        assertEquals(1, other.closed);
    }
}
