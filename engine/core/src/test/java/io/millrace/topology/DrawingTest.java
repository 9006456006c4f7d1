package io.millrace.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Outside;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a topology prints, to the letter: nobody sees an edge that points the wrong way until it is needed. */
class DrawingTest {
    private static final Input<Num> IN = Num.input("in").disorder(Duration.ofSeconds(2));
    private static final Output<Num> OUT = Num.output("out");
    private static final String ODD = "a \"b\" <c> \\ #d; |]\n{}";
    private static final KeyInfo KEY = new KeyInfo("long", 0, 0, "");

    /** All that can be shown: side outputs, lateness that adds up, a thread, settings, a key, a made name. */
    private static Topology topology() {
        TrialOp saga = TrialOp.pass(1);
        saga.word = "process";
        saga.ports = List.of("holds", "timed-out");
        saga.latenessNs = Duration.ofSeconds(7).toNanos();
        saga.settings = Map.of("keep idle", "PT1S");
        TrialOp window = TrialOp.pass(2);
        window.word = "window";
        window.latenessNs = Duration.ofSeconds(3).toNanos();
        GraphBuilder g = new GraphBuilder("drawn");
        Port in = g.source(IN, "T.java:1");
        Port holds = g.operator("saga", saga, KEY, "T.java:2", in);
        Port w = g.operator("w", window, null, "T.java:3", new Port(holds.node(), 1), in);
        g.thread(w, "second");
        Port made = g.operator(null, TrialOp.pass(1), null, "T.java:4", w);
        g.sink(OUT, made, "T.java:5");
        g.sink(OUT, holds, "T.java:5");
        return g.build();
    }

    @Test
    void shouldPrintText() {
        assertEquals("""
                topology drawn
                  in: from Num, event time, disorder PT2S
                  saga: process <- in, keep idle PT1S, lateness PT7S -> holds Num, timed-out Num, key long  [T.java:2]
                  w: window <- saga.timed-out (progress less PT7S), in, lateness PT3S -> Num, thread second  [T.java:3]
                  pass@T.java:4: pass <- w (progress less PT10S) -> Num  [T.java:4]
                  out: to <- pass@T.java:4 (progress less PT10S), saga.holds (progress less PT7S)  [T.java:5]
                """, topology().describe());
    }

    @Test
    void shouldPrintMermaid() {
        assertEquals("""
                flowchart LR
                  n0(["in"])
                  n1["process<br/>saga"]
                  n2["window<br/>w<br/>thread second"]
                  n3["pass@T.java:4"]
                  n4[["out"]]
                  n0 --> |"Num"| n1
                  n1 --> |"timed-out: Num<br/>progress less PT7S"| n2
                  n0 --> |"Num"| n2
                  n2 --> |"Num<br/>progress less PT10S"| n3
                  n3 --> |"Num<br/>progress less PT10S"| n4
                  n1 --> |"holds: Num<br/>progress less PT7S"| n4
                """, topology().toMermaid());
    }

    @Test
    void shouldPrintDot() {
        assertEquals("""
                digraph "drawn" {
                  rankdir=LR;
                  n0 [shape=ellipse, label="in"];
                  n1 [shape=box, label="process\\nsaga"];
                  n2 [shape=box, label="window\\nw\\nthread second"];
                  n3 [shape=box, label="pass@T.java:4"];
                  n4 [shape=ellipse, label="out"];
                  n0 -> n1 [label="Num"];
                  n1 -> n2 [label="timed-out: Num\\nprogress less PT7S"];
                  n0 -> n2 [label="Num"];
                  n2 -> n3 [label="Num\\nprogress less PT10S"];
                  n3 -> n4 [label="Num\\nprogress less PT10S"];
                  n1 -> n4 [label="holds: Num\\nprogress less PT7S"];
                }
                """, topology().toDot());
    }

    @Test
    void shouldPrintJson() {
        Map<String, Object> found = Json.object(topology().toJson());
        assertEquals("drawn", found.get("topology"));
        assertEquals(
                List.of(
                        Map.of(
                                "id",
                                0L,
                                "name",
                                "in",
                                "word",
                                "from",
                                "site",
                                "T.java:1",
                                "type",
                                "Num",
                                "eventTime",
                                "event",
                                "disorderNs",
                                2_000_000_000L),
                        Map.of(
                                "id",
                                1L,
                                "name",
                                "saga",
                                "word",
                                "process",
                                "key",
                                "long",
                                "site",
                                "T.java:2",
                                "latenessNs",
                                7_000_000_000L,
                                "settings",
                                Map.of("keep idle", "PT1S")),
                        Map.of(
                                "id",
                                2L,
                                "name",
                                "w",
                                "word",
                                "window",
                                "thread",
                                "second",
                                "site",
                                "T.java:3",
                                "latenessNs",
                                3_000_000_000L,
                                "settings",
                                Map.of()),
                        Map.of(
                                "id",
                                3L,
                                "name",
                                "pass@T.java:4",
                                "word",
                                "pass",
                                "site",
                                "T.java:4",
                                "settings",
                                Map.of()),
                        Map.of("id", 4L, "name", "out", "word", "to", "site", "T.java:5")),
                found.get("nodes"));
        assertEquals(
                List.of(
                        edge(0, 0, 1, 0, Map.of()),
                        edge(1, 1, 2, 0, Map.of("portName", "timed-out", "progressLessNs", 7_000_000_000L)),
                        edge(0, 0, 2, 1, Map.of()),
                        edge(2, 0, 3, 0, Map.of("progressLessNs", 10_000_000_000L)),
                        edge(3, 0, 4, 0, Map.of("progressLessNs", 10_000_000_000L)),
                        edge(1, 0, 4, 1, Map.of("portName", "holds", "progressLessNs", 7_000_000_000L))),
                found.get("edges"));
    }

    /** What text tells, data tells. */
    @Test
    void shouldTellBudgetsSectionsAndWhatIsNotInTheLogInJson() {
        GraphBuilder g = new GraphBuilder("more");
        TrialOp two = TrialOp.pass(1);
        two.ports = List.of("holds", "timed-out");
        Input<Num> header = Input.of("in", new Renamed(ODD)).eventTimeInHeader();
        Port key = g.operator("key", TrialOp.pass(1), KEY, "", g.source(header, ""));
        Port inside = g.operator("inside", two, KEY, "", g.parallel(key, KEY, "by-card", 2, ""));
        g.dependsOn(inside, Outside.TIME_ZONE_DATA, Outside.CLOCK);
        g.budget(new Port(inside.node(), 1), 5_000_000);
        g.sink(OUT, inside, "");
        Topology t = g.build();
        List<?> nodes = (List<?>) Json.object(t.toJson()).get("nodes");
        assertEquals(
                Map.of(
                        "id",
                        0L,
                        "name",
                        "in",
                        "word",
                        "from",
                        "site",
                        "",
                        "type",
                        ODD,
                        "eventTime",
                        "header",
                        "disorderNs",
                        0L),
                nodes.get(0));
        Map<?, ?> node = (Map<?, ?>) nodes.get(t.node("inside").id());
        assertEquals("by-card", node.get("parallel"));
        assertEquals(List.of(Map.of("port", 1L, "withinNs", 5_000_000L)), node.get("budgets"));
        assertEquals(List.of("a clock", "time zone data"), node.get("dependsOn"));
        assertEquals(null, ((Map<?, ?>) nodes.get(t.node("key").id())).get("parallel"));
    }

    private static Map<String, Object> edge(long from, long port, long to, long input, Map<String, Object> more) {
        Map<String, Object> edge = new java.util.HashMap<>(more);
        edge.putAll(Map.of("from", from, "port", port, "to", to, "input", input, "type", "Num"));
        return edge;
    }

    // ---- what names of types and settings can hold

    @Test
    void shouldStayReadableWhateverTypesAndSettingsAreCalled() {
        String odd = ODD;
        TrialOp op = TrialOp.pass(1);
        op.type = new Renamed(odd);
        op.settings = Map.of(odd, odd);
        GraphBuilder g = new GraphBuilder("odd");
        Port named = g.operator("op", op, null, "", g.source(IN, ""));
        g.sink(OUT, named, "");
        Topology t = g.build();
        assertTrue(t.toDot().contains("n1 -> n2 [label=\"a \\\"b\\\" <c> \\\\ #d; |]\\\\u000a{}\"];\n"), t.toDot());
        assertTrue(
                t.toMermaid().contains("n1 --> |\"a #quot;b#quot; #lt;c#gt; \\ #35;d; |]\\u000a{}\"| n2\n"),
                t.toMermaid());
        assertEquals(4, t.describe().lines().count(), t.describe());
        Map<String, Object> json = Json.object(t.toJson());
        Map<?, ?> node = (Map<?, ?>) ((List<?>) json.get("nodes")).get(1);
        assertEquals(Map.of(odd, odd), node.get("settings"));
        Map<?, ?> edge = (Map<?, ?>) ((List<?>) json.get("edges")).get(1);
        assertEquals(odd, edge.get("type"));
    }

    /** A type of somebody's own. */
    private static final class Renamed extends EventType<Num> {
        Renamed(String name) {
            super(name, Num.TYPE.maxLength());
        }

        @Override
        public EventView<Num> newView() {
            return Num.TYPE.newView();
        }

        @Override
        public int encode(Num event, byte[] target, int offset) {
            return Num.TYPE.encode(event, target, offset);
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return Num.TYPE.check(bytes, offset, length);
        }

        @Override
        public String layout() {
            return Num.TYPE.layout();
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return Num.TYPE.text(bytes, offset, length);
        }
    }
}
