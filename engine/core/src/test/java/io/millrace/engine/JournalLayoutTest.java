package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records of one name and length whose bytes mean something else: a journal of before is not read by them. */
@Timeout(60)
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

    private void start(Topology topology) {
        Setup setup = Engine.of(topology).journal(journal);
        topology.outputs().forEach(setup::discard);
        setup.start().close();
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
                turned.contains("node pays, the layout of its events has changed: its fields stand in another order"),
                turned);
        String retyped = refusal(topology(Retyped.Pay.class, Before.Pay.class));
        assertTrue(retyped.contains("node pays, the layout of its events has changed: field cents was long"), retyped);
        assertTrue(retyped.contains(" and is double"), retyped);
        String recoded = refusal(topology(Recoded.Pay.class, Before.Pay.class));
        assertTrue(recoded.contains("field side was enum(BUY|SELL) and is enum(SELL|BUY)"), recoded);
        String out = refusal(topology(Before.Pay.class, Recoded.Pay.class));
        assertTrue(out.contains("node told, the layout of its events has changed"), out);
    }

    /** One that was written before layouts were among its facts: nobody knows what its events are. */
    @Test
    void shouldRefuseAJournalWithoutLayouts() {
        Topology topology = topology(Before.Pay.class, Before.Pay.class);
        start(topology);
        JournalFacts kept;
        try (JournalLog log = journal.openToRead()) {
            kept = log.facts();
        }
        Map<String, String> old = new LinkedHashMap<>(kept.facts());
        old.keySet().removeIf(name -> name.endsWith(JournalFacts.LAYOUT));
        assertEquals(kept.facts().size() - 4, old.size());
        String said = kept.differenceTo(new JournalFacts(kept.topology(), 1, old, Map.of()));
        assertTrue(said.contains("node pays, the layout of its events is new: 1"), said);
    }
}
