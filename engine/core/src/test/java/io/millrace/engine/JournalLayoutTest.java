package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.state.Migration;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of one name and length whose bytes mean something else: a journal of before is not read by them. */
@Timeout(240)
class JournalLayoutTest {
    private enum Side {
        BUY,
        SELL
    }

    private static final class Before {
        private record Pay(long card, long cents, Side side) {}
    }

    private static final class Turned {
        private record Pay(long cents, long card, Side side) {}
    }

    private static final class Retyped {
        private record Pay(long card, double cents, Side side) {}
    }

    private static final class Recoded {
        private enum Side {
            SELL,
            BUY
        }

        private record Pay(long card, long cents, Side side) {}
    }

    private final MemoryJournal journal = new MemoryJournal();

    private static <R extends Record> Topology topology(Class<R> in, Class<? extends Record> out) {
        GraphBuilder g = new GraphBuilder("pays");
        Port pays = g.source(Input.of("pays", in).historic(), "T.java:1");
        Port other = g.source(Input.of("others", out).historic(), "T.java:2");
        g.sink(Output.of("copies", in), pays, "T.java:3");
        g.sink(Output.of("told", out), other, "T.java:4");
        return g.build();
    }

    private Setup setup(Topology topology) {
        Setup setup = Engine.of(topology).journal(journal);
        topology.outputs().forEach(setup::discard);
        return setup;
    }

    private void start(Topology topology) {
        setup(topology).start().close();
    }

    private String refusal(Topology topology) {
        return assertThrows(JournalException.class, () -> start(topology)).getMessage();
    }

    @Test
    void shouldRefuseAJournalWhoseEventsHadAnotherLayoutOfTheSameLength() {
        start(topology(Before.Pay.class, Before.Pay.class));
        start(topology(Before.Pay.class, Before.Pay.class));
        String turned = refusal(topology(Turned.Pay.class, Before.Pay.class));
        assertTrue(
                turned.contains("node pays, the layout of its events has changed: its fields are in another order"),
                turned);
        String retyped = refusal(topology(Retyped.Pay.class, Before.Pay.class));
        assertTrue(retyped.contains("node pays, the layout of its events has changed: field cents was long"), retyped);
        assertTrue(retyped.contains(" and is now double"), retyped);
        String recoded = refusal(topology(Recoded.Pay.class, Before.Pay.class));
        assertTrue(recoded.contains("field side was enum(BUY|SELL) and is now enum(SELL|BUY)"), recoded);
        String out = refusal(topology(Before.Pay.class, Recoded.Pay.class));
        assertTrue(out.contains("node told, the layout of its events has changed"), out);
    }

    /** One that was written before layouts were among its facts: nobody knows what its events are. */
    @Test
    void shouldRefuseAJournalWithoutLayouts() {
        Topology topology = topology(Before.Pay.class, Before.Pay.class);
        start(topology);
        forgetLayouts();
        String said = refusal(topology);
        assertTrue(said.contains("node pays, the layout of its events is new: "), said);
        assertTrue(Preflight.of(setup(topology), journal)
                .run()
                .refusals()
                .toString()
                .contains("is new: "));
    }

    /** The snapshot says how the events behind it are laid out. */
    @Test
    @SuppressWarnings("unchecked") // it is the first input
    void shouldTakeOverTheSnapshotOfAJournalWithoutLayouts() throws Exception {
        Topology topology = topology(Before.Pay.class, Before.Pay.class);
        try (Engine engine = setup(topology).start()) {
            Input<Before.Pay> pays = (Input<Before.Pay>) topology.inputs().get(0);
            engine.publisher(pays).publish(new Before.Pay(1, 2, Side.BUY));
            engine.drain(Duration.ofSeconds(50));
            engine.makeSnapshot();
        }
        forgetLayouts();
        refusal(topology);
        Setup migrating = setup(topology).journal(journal, Journaling.plain().migrate(Migration.none()));
        try (Engine engine = migrating.start()) {
            engine.makeSnapshot();
        }
        start(topology);
    }

    private void forgetLayouts() {
        JournalFacts kept = journal.facts;
        Map<String, String> old = new LinkedHashMap<>(kept.facts());
        old.keySet().removeIf(name -> name.endsWith(JournalFacts.LAYOUT));
        assertEquals(kept.facts().size() - 4, old.size());
        journal.facts = new JournalFacts(kept.topology(), kept.hashSeed(), old, kept.notes());
    }

    /** Of a codec whose newer versions read the older ones: only what is said to be the same version has to be laid out alike. */
    @Test
    void shouldRefuseAnotherLayoutOfOneVersionOnly() {
        start(versions(1, "id int64:8@0, cents int64:8@8"));
        start(versions(1, "id int64:8@0, cents int64:8@8"));
        String turned = refusal(versions(1, "cents int64:8@0, id int64:8@8"));
        assertTrue(turned.contains("node cells, the layout of its events has changed: its fields are in"), turned);
        String reply = refusal(versions(1, "id int64:8@0, cents double:8@8"));
        assertTrue(reply.contains("field cents was int64:8 and is now double:8"), reply);
        start(versions(2, "id int64:8@0, cents double:8@8, more int64:8@16 since 2"));
    }

    /** The facts of a journal are those of its first start: each version that has worked with it counts. */
    @Test
    void shouldRefuseAnotherLayoutOfAVersionThatCameLater() {
        Topology first = versions(1, "id int64:8@0");
        Topology second = versions(2, "id int64:8@0, cents int64:8@8 since 2");
        Topology changed = versions(2, "id int64:8@0, cents double:8@8 since 2");
        start(first);
        start(second);
        String why =
                "node cells, the layout of its events has changed, but its version has not: field cents was int64:8"
                        + " since 2 and is now double:8";
        why = why.replace(" since 2 and", " and");
        String said = refusal(changed);
        assertTrue(said.contains(why), said);
        JournalException replay = assertThrows(
                JournalException.class, () -> Replay.of(setup(changed), journal).run());
        assertTrue(replay.getMessage().contains(why), replay.getMessage());
        Preflight.Report looked = Preflight.of(setup(changed), journal).run();
        assertTrue(looked.refusals().toString().contains(why), looked.toString());
        Setup migrating = setup(changed).journal(journal, Journaling.plain().migrate(Migration.none()));
        assertTrue(assertThrows(JournalException.class, migrating::start)
                .getMessage()
                .contains(why));
        start(versions(3, "id int64:8@0, cents double:8@8 since 2"));
        start(first);
        start(second);
        assertTrue(Preflight.of(setup(second), journal).run().canRestore());
        assertTrue(refusal(versions(3, "id int64:8@0, cents float:4@8 since 2")).contains("its version has not"));
        journal.notes.get(SeenLayouts.NOTE)[20] ^= 1;
        assertTrue(refusal(second).contains("the file layouts beside the journal"), "a damaged bit is no other layout");
    }

    /** Nothing of it is in the log. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldForgetTheLayoutOfAStartThatFailed(boolean live) throws Exception {
        start(versions(1, "id int64:8@0"));
        Setup mistaken = setup(versions(2, "id int64:8@0, cents double:8@8 since 2"))
                .journal(journal, Journaling.plain().skip(7));
        JournalException e =
                assertThrows(JournalException.class, () -> (live ? mistaken.start() : mistaken.inline()).close());
        assertTrue(e.getMessage().contains("entry 7 cannot be skipped"), e.getMessage());
        Topology mended = versions(2, "id int64:8@0, cents int64:8@8 since 2");
        AutoCloseable second = live ? setup(mended).start() : setup(mended).inline();
        second.close();
        assertTrue(refusal(versions(2, "id int64:8@0, cents float:4@8 since 2")).contains("its version has not"));
    }

    /** Composites were told without their fields once, and constants without their values. */
    @Test
    void shouldGoOnWithALayoutThatWasKeptWithLessOfIt() {
        Topology now = sbe(", fee CentsDecoder(mantissa long:8@0|exponent byte=-2:0@8):8@8, unit String=a, (b):0@16");
        start(sbe(", fee CentsDecoder:8@8, unit String:0@16"));
        assertTrue(Preflight.of(setup(now), journal).run().canRestore());
        start(now);
        start(now);
        String said =
                refusal(sbe(", fee CentsDecoder(mantissa long:8@0|exponent byte=-4:0@8):8@8, unit String=a, (b):0@16"));
        assertTrue(said.contains("its version has not"), said);
    }

    private static Topology sbe(String fields) {
        return versions(
                1, "sbe schema 1 template 1", "sbe schema 1 version 1 template 1 block 16, id long:8@0" + fields);
    }

    private static Topology versions(int version, String layout) {
        return versions(version, "cells", "cells version " + version + ", " + layout);
    }

    private static Topology versions(int version, String contract, String layout) {
        GraphBuilder g = new GraphBuilder("versions");
        g.source(Input.of("cells", new Versioned(version, contract, layout)).historic(), "T.java:1");
        g.sink(
                Output.of("ids", Before.Pay.class),
                g.source(Input.of("pays", Before.Pay.class).historic(), ""),
                "");
        return g.build();
    }

    private static final class Versioned extends EventType<Long> {
        private final int version;
        private final String contract;
        private final String layout;

        Versioned(int version, String contract, String layout) {
            super("cell", 24);
            this.version = version;
            this.contract = contract;
            this.layout = layout;
        }

        @Override
        public EventView<Long> newView() {
            return (bytes, offset, length) -> 0L;
        }

        @Override
        public int encode(Long event, byte[] target, int offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return null;
        }

        @Override
        public String contract() {
            return contract;
        }

        @Override
        public int layoutVersion() {
            return version;
        }

        @Override
        public String layout() {
            return layout;
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return "";
        }
    }
}
