package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSource;
import io.millrace.trial.Cell;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Event time that comes beside an event and not in it. */
class HeaderTimeTest {
    private static final Input<Num> AT = Num.input("at").eventTimeInHeader().historic();
    private static final String MISSING =
            "input at: its event time is taken from the header of each event, and this event has no "
                    + "header time; set Header.timeNs, or declare eventTime(field, unit)";

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    private Setup setup(Input<Num> input) {
        return Engine.of(one(input, TrialOp.pass(1)))
                .outputWithMeta(OUT, (n, meta) -> seen.add(n.id() + "@" + meta.timeNs()));
    }

    /** Bytes of events, each with a header, or none. */
    private static EventSource<Num> source(Header... headers) {
        return new EventSource<>() {
            private int at;

            @Override
            public boolean isFinite() {
                return true;
            }

            @Override
            public int poll(Target<? super Num> target, int most) {
                if (at == headers.length) {
                    return ENDED;
                }
                byte[] bytes = new byte[Num.TYPE.maxLength()];
                int length = Num.TYPE.encode(num(at), bytes, 0);
                target.offer(
                        new Encoded() {
                            @Override
                            public int length() {
                                return length;
                            }

                            @Override
                            public void copyTo(byte[] to, int offset, int bytesMost) {
                                System.arraycopy(bytes, 0, to, offset, bytesMost);
                            }
                        },
                        headers[at++]);
                return 1;
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }

    @Test
    void shouldTakeTheTimeFromTheHeaderAndRefuseAnEventWithoutOne() {
        Header header = new Header().timeNs(7);
        try (Inline inline = setup(AT).inline()) {
            inline.publisher(AT).publish(num(1), header);
            RefusedException e = assertThrows(RefusedException.class, () -> inline.publish(AT, num(2)));
            assertEquals(Reason.MALFORMED, e.reason());
            assertEquals(MISSING, e.getMessage());
            assertThrows(RefusedException.class, () -> inline.publisher(AT).publish(num(2), header.clear()));
            assertThrows(
                    RefusedException.class,
                    () -> inline.publisher(AT).publish(num(2), header.timeNs(Long.MAX_VALUE)),
                    "as out of range as one in a field");
            inline.publisher(AT).publish(num(3), header.timeNs(0));
            inline.publisher(AT).publish(num(4), header.timeNs(-Long.MAX_VALUE));
        }
        assertEquals(List.of("1@7", "3@0", "4@" + -Long.MAX_VALUE), seen);
    }

    @Test
    void shouldSayWhereItsTimeIs() {
        Input<Num> field = AT.eventTime(Num::timeNs, TimeUnit.SECONDS);
        assertTrue(AT.hasEventTime() && AT.isTimeInHeader() && field.hasEventTime());
        assertFalse(field.isTimeInHeader(), "the last word counts");
        assertEquals(3_000_000_000L, field.timeNs(new Num(1, 3), new Header().timeNs(7)));
        assertTrue(AT.disorder(Duration.ofNanos(5))
                .maxAhead(Duration.ofNanos(9))
                .idleAfter(Duration.ofNanos(9))
                .live()
                .isTimeInHeader());
        Topology topology = one(AT.disorder(Duration.ofSeconds(2)), TrialOp.pass(1));
        assertTrue(topology.describe().contains("event time in the header, disorder PT2S"), topology::describe);
    }

    /** By either way into a live engine, one of which writes straight into the slot. */
    @Test
    void shouldMakeADeadLetterOfWhatASourceBringsWithoutATime() throws Exception {
        for (boolean exclusive : new boolean[] {false, true}) {
            seen.clear();
            Setup setup =
                    setup(AT).input(AT, source(new Header().timeNs(7), new Header(), null, new Header().timeNs(9)));
            try (Engine engine = (exclusive ? setup.exclusive() : setup).start()) {
                assertTrue(engine.awaitEnd(Duration.ofSeconds(20)));
                assertEquals(List.of("0@7", "3@9"), seen);
                assertEquals(2, engine.deadLetters().total());
                engine.deadLetters().last(9).forEach(l -> {
                    assertEquals(Reason.MALFORMED, l.reason());
                    assertEquals(MISSING, l.cause());
                });
                assertEquals(2, engine.stats().inputs().get(0).refused());
            }
        }
    }

    /** Far ahead of the newest: as with a field. */
    @Test
    void shouldJudgeATimeInTheHeaderAsOneInAField() throws Exception {
        Header[] headers = {new Header().timeNs(7), new Header().timeNs(1_000), new Header().timeNs(8)};
        Input<Num> near = AT.maxAhead(Duration.ofNanos(100));
        try (Engine engine = setup(near).input(near, source(headers)).start()) {
            assertTrue(engine.awaitEnd(Duration.ofSeconds(20)));
            assertEquals(1, engine.deadLetters().total());
            assertEquals(Reason.AHEAD, engine.deadLetters().last(1).get(0).reason());
        }
        assertEquals(List.of("0@7", "2@8"), seen);
    }

    /** An output carries its event time to the next engine. */
    @Test
    void shouldHandItOnFromEngineToEngine() {
        Input<Num> in = Num.input("in").historic();
        Header next = new Header();
        try (Inline second = setup(AT).inline();
                Inline first = Engine.of(one(in, TrialOp.pass(1)))
                        .outputWithMeta(OUT, (n, meta) -> second.publisher(AT).publish(n, next.causedBy(meta)))
                        .inline()) {
            first.publish(in, new Num(1, 55));
        }
        assertEquals(List.of("1@55"), seen);
    }

    @Test
    void shouldTakeItOfEventsThatAreFilledInPlace() {
        InPlaceInput<Cell, Cell> in = Cell.input("cells").eventTimeInHeader();
        GraphBuilder g = new GraphBuilder("filled");
        Output<Cell> out = Output.of("cells.out", in.type());
        g.sink(out, g.source(in, ""), "");
        try (Inline inline = Engine.of(g.build())
                .outputWithMeta(out, (c, meta) -> seen.add("@" + meta.timeNs()))
                .inline()) {
            Claims<Cell> claims = inline.claims(in);
            claims.claim();
            claims.commit(new Header().timeNs(9));
            claims.claim();
            assertThrows(RefusedException.class, () -> claims.commit(null));
        }
        assertEquals(List.of("@9"), seen);
    }

    @Test
    void shouldWarmUpWithTimesInTheHeader() {
        try (Inline inline = setup(AT)
                .warmUp(WarmUp.generated(AT, i -> new Num(i, i))
                        .eventsPerRound(200)
                        .atLeast(1))
                .inline()) {
            inline.publisher(AT).publish(num(1), new Header().timeNs(7));
        }
        assertEquals(List.of("1@7"), seen);
    }
}
