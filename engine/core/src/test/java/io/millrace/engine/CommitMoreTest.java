package io.millrace.engine;

import static io.millrace.engine.Trials.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.trial.Cell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events filled in place of which more follow: published together, in their order, and none left behind. */
@Timeout(60)
class CommitMoreTest {
    private static final InPlaceInput<Cell, Cell> CELLS = Cell.input("cells").historic();
    private static final Output<Cell> OUT = Cell.output("cells-out");
    private static final Topology PASS = pass();
    private static final Duration LONG = Duration.ofSeconds(50);

    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private static Topology pass() {
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(OUT, g.source(CELLS, ""), "");
        return g.build();
    }

    private Setup setup() {
        return Engine.of(PASS).output(OUT, c -> got.add(c.id())).ringSlots(1024); // published in fours
    }

    private static void more(Claims<Cell> claims, long id) {
        claims.claim().id(id).timeNs(id);
        assertEquals(id, claims.commitMore(null), "its place");
    }

    private static List<Long> upTo(int n) {
        return LongStream.range(0, n).boxed().toList();
    }

    @Test
    void shouldPublishThemTogether() throws Exception {
        try (Engine engine = setup().exclusive().start()) {
            Claims<Cell> claims = engine.claims(CELLS);
            for (int i = 0; i < 3; i++) {
                more(claims, i);
            }
            assertEquals(0, engine.stats().inputs().get(0).events(), "three of four");
            more(claims, 3);
            await("all four", () -> got.size() == 4);
            more(claims, 4);
            claims.claim().id(5).timeNs(5);
            claims.commit();
            await("the fifth with the sixth", () -> got.size() == 6);
        }
        assertEquals(upTo(6), got);
    }

    @Test
    void shouldLeaveNoneBehind() throws Exception {
        Engine engine = setup().exclusive().start();
        Claims<Cell> claims = engine.claims(CELLS);
        more(claims, 0);
        engine.doWork();
        await("published by doWork", () -> got.size() == 1);
        more(claims, 1);
        claims.claim().id(2).timeNs(2);
        assertEquals(0, engine.drain(LONG));
        assertEquals(upTo(2), got, "published by drain, and not the one in hand");
        assertEquals(2, claims.commitMore(null));
        Claims<Cell> others = engine.claims(CELLS);
        others.claim().id(3).timeNs(3);
        assertEquals(3, others.commit());
        assertEquals(0, engine.drain(LONG));
        assertEquals(upTo(4), got, "published by another of its thread");
        more(claims, 4);
        engine.close();
        assertEquals(upTo(5), got, "published by close");
    }

    @Test
    void shouldPublishWhatAThreadThatHasEndedLeaves() throws Exception {
        Engine engine = setup().exclusive().start();
        Thread ends = new Thread(() -> more(engine.claims(CELLS), 0));
        ends.start();
        ends.join();
        engine.close();
        assertEquals(upTo(1), got);
    }

    @Test
    void shouldKeepThoseBeforeOneThatIsGivenUpOrRefused() {
        try (Engine engine = setup().exclusive().start()) {
            Claims<Cell> claims = engine.claims(CELLS);
            more(claims, 0);
            claims.claim().id(99).timeNs(99); // and not committed
            claims.claim().id(2).timeNs(2);
            assertEquals(2, claims.commitMore(null), "behind a void entry");
            claims.claim().id(99).timeNs(99).says(1_000);
            assertThrows(RefusedException.class, () -> claims.commitMore(null));
            claims.claim().id(4).timeNs(4);
            assertEquals(4, claims.commit());
        }
        assertEquals(List.of(0L, 2L, 4L), got);
    }

    @Test
    void shouldGiveTheSameEntriesAsCommit() {
        for (int seed = 0; seed < 10; seed++) {
            List<List<String>> seen = new ArrayList<>();
            for (int way = 0; way < 4; way++) {
                seen.add(run(seed, way));
            }
            for (int way = 1; way < 4; way++) {
                assertEquals(seen.get(0), seen.get(way), "seed " + seed + ", way " + way);
            }
        }
    }

    /** One by one, or with more: exclusive, with several publishers, inline. */
    private static List<String> run(int seed, int way) {
        Random random = new Random(seed);
        List<String> out = Collections.synchronizedList(new ArrayList<>());
        Setup setup = Engine.of(PASS)
                .outputWithMeta(OUT, (c, m) -> out.add(c.id() + " q" + m.sequence() + " c" + m.correlationId()))
                .ringSlots(64 << random.nextInt(5));
        Inline inline = way == 3 ? setup.inline() : null;
        Engine engine =
                way == 3 ? null : way == 2 ? setup.start() : setup.exclusive().start();
        Claims<Cell> claims = inline != null ? inline.claims(CELLS) : engine.claims(CELLS);
        Header header = new Header();
        for (int i = 0; i < 1_000; i++) {
            claims.claim().id(i).timeNs(i);
            header.clear().correlationId(random.nextInt(3));
            boolean more = random.nextInt(20) > 0;
            assertEquals(i, more && way > 0 ? claims.commitMore(header) : claims.commit(header));
        }
        if (engine != null) {
            engine.close();
        }
        return List.copyOf(out);
    }
}
