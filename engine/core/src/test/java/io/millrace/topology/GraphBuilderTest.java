package io.millrace.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Sensitive;
import io.millrace.operator.Answers;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong is said all at once, with node, line and cure. */
class GraphBuilderTest {
    record Text(int value) {}

    private static final Input<Num> IN = Num.input("in");
    private static final Output<Num> OUT = Num.output("out");
    private static final KeyInfo LONG_KEY = new KeyInfo("long", 0, 0, "K.java:1");
    private static final KeyInfo TEXT_KEY = new KeyInfo("text", 16, 0, "K.java:2");

    private static TrialOp keyed(int inputs) {
        TrialOp op = TrialOp.pass(inputs);
        op.word = "window";
        op.keyed = true;
        return op;
    }

    private static List<String> problems(GraphBuilder g) {
        TopologyException thrown = assertThrows(TopologyException.class, g::build);
        for (String p : thrown.problems()) {
            assertTrue(thrown.getMessage().contains(p));
        }
        return thrown.problems();
    }

    @Test
    void shouldListAllProblemsAtOnce() {
        GraphBuilder g = new GraphBuilder("bad");
        Port in = g.source(IN, "T.java:1");
        Port window = g.operator("w", keyed(1), null, "T.java:2", in);
        g.operator("w", TrialOp.pass(1), null, "T.java:3", window);
        g.sink(Output.of("texts", Text.class), in, "T.java:4");
        assertEquals(
                List.of(
                        "w (T.java:2): window needs a keyed stream, but in (T.java:1) has no key; put keyBy in front",
                        "node w (T.java:3): operator w (T.java:2) already has that name; names must "
                                + "be unique in a topology, so rename one of them",
                        "output texts (T.java:4): it carries Text, but in (T.java:1) gives Num; use "
                                + "to(output, function)"),
                problems(g));
    }

    @Test
    void shouldRefuseADisorderOfWhatHasNoTime() {
        GraphBuilder g = new GraphBuilder("bad");
        g.sink(OUT, g.source(Input.of("untimed", Num.class).disorder(Duration.ofSeconds(2)), "T.java:1"), "T.java:2");
        assertEquals(
                List.of("input untimed (T.java:1): it declares a disorder of PT2S but no event time; "
                        + "add eventTime(field, unit) or eventTimeInHeader(), or leave out disorder"),
                problems(g));
    }

    @Test
    void shouldRefuseSidesThatAreKeyedByDifferentKinds() {
        GraphBuilder g = new GraphBuilder("keys");
        Port in = g.source(IN, "T.java:1");
        Port a = g.operator("a", TrialOp.pass(1), LONG_KEY, "T.java:2", in);
        Port b = g.operator("b", TrialOp.pass(1), TEXT_KEY, "T.java:3", in);
        g.operator("join", keyed(2), LONG_KEY, "T.java:4", a, b);
        assertEquals(
                List.of("join (T.java:4): its sides are keyed by different kinds, long (K.java:1) "
                        + "and text (K.java:2); key both sides by the same kind of key"),
                problems(g));
        GraphBuilder bytes = new GraphBuilder("keys");
        Port source = bytes.source(IN, "T.java:1");
        Port number = bytes.operator("a", TrialOp.pass(1), LONG_KEY, "T.java:2", source);
        KeyInfo asBytes = new KeyInfo("long", 8, 0, "K.java:3");
        Port other = bytes.operator("b", TrialOp.pass(1), asBytes, "T.java:3", source);
        bytes.operator("join", keyed(2), LONG_KEY, "T.java:4", number, other);
        assertEquals(
                List.of("join (T.java:4): its sides are keyed by different kinds, long (K.java:1) and long as bytes"
                        + " (K.java:3); key both sides by the same kind of key"),
                problems(bytes));
        GraphBuilder good = new GraphBuilder("keys");
        Port from = good.source(IN, "");
        Port left = good.operator("a", TrialOp.pass(1), LONG_KEY, "", from);
        Port right = good.operator("b", TrialOp.pass(1), new KeyInfo("long", 0, 0, "elsewhere"), "", from);
        good.end(good.operator("join", keyed(2), LONG_KEY, "", left, right));
        assertEquals(4, good.build().nodes().size());
    }

    @Test
    void shouldRefuseNamesThatAreTakenByAnything() {
        GraphBuilder g = new GraphBuilder("names");
        Port in = g.source(IN, "T.java:1");
        g.operator("in", TrialOp.pass(1), null, "T.java:2", in);
        g.sink(Num.output("in"), in, "T.java:3");
        g.operator("late", TrialOp.pass(1), null, "T.java:4", in);
        g.source(Num.input("late"), "T.java:5");
        List<String> problems = problems(g);
        assertEquals(3, problems.size(), problems.toString());
        assertTrue(problems.get(0).startsWith("node in (T.java:2): source in (T.java:1) already has that name"));
        assertTrue(problems.get(1).startsWith("output in (T.java:3): source in (T.java:1) already has that name"));
        assertTrue(problems.get(2).startsWith("input late (T.java:5): operator late (T.java:4) already has that name"));
    }

    @Test
    void shouldMakeNamesOfWordAndLine() {
        GraphBuilder g = new GraphBuilder("made");
        Port in = g.source(IN, "");
        Port a = g.operator(null, TrialOp.pass(1), null, "T.java:7", in);
        Port b = g.operator(null, TrialOp.pass(1), null, "T.java:7", a);
        g.sink(OUT, b, "");
        assertEquals(
                "[in, pass@T.java:7, pass@T.java:7-2, out]", g.build().nodes().toString());
    }

    record Card(@Sensitive long number) {}

    private static final Input<Card> CARDS = Input.of("cards", Card.class);

    /** A hundred levels have as many ways through them as there are grains of dust: each is looked at once. */
    @Test
    void shouldJudgeWhatHasNoLayoutByWhatComesToIt() {
        GraphBuilder g = new GraphBuilder("sensitive");
        Port at = g.source(CARDS, "");
        Port plain = g.source(IN, "");
        for (int i = 0; i < 100; i++) {
            TrialOp rejoins = TrialOp.pass(2);
            rejoins.type = null;
            at = g.operator("card" + i, rejoins, null, "", at, at);
            plain = g.operator("plain" + i, rejoins, null, "", plain, plain);
        }
        g.end(g.operator("both", TrialOp.pass(2), null, "", plain, at));
        Topology t = g.build();
        assertTrue(assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> t.isSensitive(t.node("card99").id())));
        assertFalse(t.isSensitive(t.node("plain99").id()));
        assertTrue(t.isSensitive(t.node("both").id()), "its functions see what comes to it");
        assertFalse(t.node("both").isSensitive(0), "what it makes has a layout");
    }

    /** A side stream with a layout of its own hides nothing of what another output of its node carries. */
    @Test
    void shouldJudgeEachOutputByItself() {
        GraphBuilder g = new GraphBuilder("ports");
        TrialOp splits = TrialOp.of("split", context -> flow -> true);
        splits.ports = List.of("cards", "numbers");
        splits.typeOf = port -> port == 0 ? CARDS.type() : Num.TYPE;
        Port split = g.operator("split", splits, null, "", g.source(CARDS, ""));
        TrialOp untyped = TrialOp.pass(1);
        untyped.type = null;
        g.end(g.operator("card", untyped, null, "", split));
        g.end(g.operator("number", untyped, null, "", new Port(split.node(), 1)));
        Topology t = g.build();
        assertTrue(t.node("split").isSensitive(0) && !t.node("split").isSensitive(1));
        assertTrue(t.isSensitive(t.node("split").id()));
        assertTrue(t.node("card").isSensitive(0));
        assertFalse(t.isSensitive(t.node("number").id()));
    }

    @Test
    void shouldTakeOnePortOnceAndRefuseItsDoubles() {
        GraphBuilder g = new GraphBuilder("ports");
        Port in = g.source(IN, "T.java:1");
        assertEquals(in, g.source(IN, "T.java:2"), "the same constant is the same stream");
        assertEquals(in, g.source(IN.disorder(Duration.ofSeconds(1)), "T.java:3"));
        g.sink(OUT, in, "T.java:4");
        g.sink(OUT, in, "T.java:5");
        g.sink(Num.output("out"), in, "T.java:6");
        assertEquals(
                List.of(
                        "input in (T.java:1) is declared twice with different settings, the second "
                                + "time at T.java:3; use one constant for both",
                        "output out (T.java:4) is declared twice, the second time at T.java:6; use "
                                + "one constant for both"),
                problems(g));
    }

    @Test
    void shouldRefuseUpdatesIntoWhatTakesInsertsOnly() {
        TrialOp updates = TrialOp.pass(1);
        updates.makesUpdates = true;
        TrialOp inserts = TrialOp.pass(1);
        inserts.word = "pattern";
        inserts.takesUpdates = false;
        GraphBuilder g = new GraphBuilder("updates");
        Port made = g.operator("table", updates, null, "T.java:1", g.source(IN, ""));
        Port passed = g.operator("pass", TrialOp.pass(1), null, "T.java:2", made);
        g.operator("p", inserts, null, "T.java:3", passed);
        assertEquals(
                List.of("p (T.java:3): pattern accepts inserts only, but pass (T.java:2) sends "
                        + "replacements or retractions;"
                        + " emit on close, use group(..) on the rows, or put pattern in "
                        + "front of the word that sends them"),
                problems(g));
    }

    @Test
    void shouldFindUpdatesThroughAnyInputThatPassesThemOn() {
        TrialOp updates = TrialOp.pass(1);
        updates.makesUpdates = true;
        TrialOp inserts = TrialOp.pass(1);
        inserts.takesUpdates = false;
        GraphBuilder g = new GraphBuilder("second");
        Port in = g.source(IN, "");
        Port made = g.operator("table", updates, null, "", in);
        g.operator("p", inserts, null, "T.java:3", g.operator("m", TrialOp.pass(2), null, "", in, made));
        assertTrue(problems(g).get(0).startsWith("p (T.java:3): pass accepts inserts only, but m sends"));
    }

    @Test
    void shouldFindUpdatesThroughManyDiamondsInNoTime() {
        TrialOp inserts = TrialOp.pass(2);
        inserts.takesUpdates = false;
        GraphBuilder g = new GraphBuilder("ladder");
        Port at = g.source(IN, "");
        for (int i = 0; i < 60; i++) {
            at = g.operator("rung" + i, TrialOp.pass(2), null, "", at, at);
        }
        Port last = at;
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> g.end(g.operator("last", inserts, null, "", last, last)));
        g.build();
    }

    @Test
    void shouldRefuseABranchOfAWithThatDoesNotAnswer() {
        TrialOp with = TrialOp.pass(2);
        with.word = "with";
        with.matchesInputs = true;
        GraphBuilder g = new GraphBuilder("with");
        Port in = g.source(IN, "T.java:1");
        Port kept = g.operator("kept", TrialOp.keep(n -> true), null, "T.java:2", in);
        g.markOrigin(in);
        g.operator("w", with, null, "T.java:3", in, kept);
        Port foreign = g.source(Num.input("foreign"), "T.java:4");
        g.operator("v", with, null, "T.java:5", in, foreign);
        assertEquals(
                List.of(
                        "w (T.java:3): branch 1 must answer each event exactly once, and keep kept "
                                + "(T.java:2) does not; put it in front of the 'with' or behind it",
                        "v (T.java:5): branch 1 does not start from in (T.java:1); start it from the "
                                + "stream on which with is called"),
                problems(g));
    }

    @Test
    void shouldRefuseWithsThatAreNestedTooDeep() {
        GraphBuilder g = new GraphBuilder("deep");
        Port base = g.source(IN, "T.java:1");
        Port[] bases = new Port[6];
        for (int i = 0; i < bases.length; i++) {
            bases[i] = base;
            g.markOrigin(base);
            base = g.operator("map" + i, TrialOp.pass(1), null, "T.java:" + (i + 2), base);
        }
        Port answer = base;
        for (int i = bases.length - 1; i >= 0; i--) {
            TrialOp with = TrialOp.pass(2);
            with.matchesInputs = true;
            answer = g.operator("with" + i, with, null, "", bases[i], answer);
        }
        List<String> problems = problems(g);
        assertTrue(problems.get(0).contains("with is nested more than 4 deep"), problems.toString());
    }

    @Test
    void shouldSayWhatAnOperatorSaysWithNodeAndLine() {
        TrialOp picky = TrialOp.pass(1);
        picky.problems = List.of("size 0; use more", "slide 0; use more");
        GraphBuilder g = new GraphBuilder("picky");
        g.operator("p", picky, null, "T.java:9", g.source(IN, ""));
        assertEquals(List.of("p (T.java:9): size 0; use more", "p (T.java:9): slide 0; use more"), problems(g));
    }

    @Test
    void shouldRefuseAnOperatorThatLeadsNowhereUnlessItIsSaidToBeAnEnd() {
        GraphBuilder g = new GraphBuilder("loose");
        Port first = g.operator("first", TrialOp.pass(1), null, "T.java:1", g.source(IN, ""));
        g.operator("last", TrialOp.pass(1), null, "T.java:2", first);
        assertEquals(
                List.of("last (T.java:2): pass leads nowhere, so its results are lost; lead it to an "
                        + "output with to(output), give it to another word, or leave it out"),
                problems(g));
        GraphBuilder good = new GraphBuilder("ended");
        good.end(good.operator("last", TrialOp.pass(1), null, "", good.source(IN, "")));
        assertEquals(2, good.build().nodes().size());
    }

    @Test
    void shouldRefuseAWrongNumberOfInputsWithoutAskingTheOperator() {
        TrialOp two = TrialOp.pass(2);
        two.problems = List.of("must not be asked");
        GraphBuilder g = new GraphBuilder("arity");
        g.operator("m", two, null, "T.java:2", g.source(IN, ""));
        assertEquals(
                List.of("m (T.java:2): merge takes 2 inputs but was given 1; give it one stream for each input"),
                problems(g));
    }

    @Test
    void shouldRefuseATopologyOfNothing() {
        assertEquals(List.of("it has no input; begin with from(input)"), problems(new GraphBuilder("empty")));
        GraphBuilder g = new GraphBuilder("idle");
        g.source(IN, "");
        assertEquals(List.of("nothing reads its inputs; lead them to an output with to(output)"), problems(g));
        assertEquals(2, problems(new GraphBuilder(" ")).size());
    }

    @Test
    void shouldRefuseUntypedValuesAtAnOutputAnInboxAndAnotherThread() {
        GraphBuilder g = new GraphBuilder("untyped");
        Port in = g.source(IN, "");
        Port view = g.operator("view", untyped(), null, "T.java:1", in);
        g.sink(OUT, view, "T.java:2");
        assertEquals(
                List.of("output out (T.java:2): it carries Num, but view (T.java:1) gives an untyped "
                        + "value; use to(output,"
                        + " function)"),
                problems(g));

        GraphBuilder inbox = new GraphBuilder("inbox");
        Port from = inbox.source(IN, "");
        Port twice = inbox.operator("twice", untypedTwice(), null, "T.java:3", from);
        Port merged = inbox.operator("merged", TrialOp.pass(2), null, "T.java:4", from, twice);
        inbox.sink(OUT, merged, "");
        Topology t = inbox.build();
        TopologyException thrown = assertThrows(TopologyException.class, () -> Planner.plan(t, PlanOptions.fused()));
        assertEquals(
                List.of(
                        "twice (T.java:3): its output must be stored in front of merged, because "
                                + "entries of one step can arrive by several of its inputs, and an untyped value cannot be stored; use map(type, function)"),
                thrown.problems());

        GraphBuilder thread = new GraphBuilder("thread");
        Port source = thread.source(IN, "");
        Port untyped = thread.operator("view", untyped(), null, "T.java:6", source);
        Port away = thread.operator("away", TrialOp.pass(1), null, "T.java:7", untyped);
        thread.thread(away, "elsewhere");
        thread.sink(OUT, away, "");
        Topology staged = thread.build();
        assertEquals(1, Planner.plan(staged, PlanOptions.fused()).stages().size(), "one thread has no need of bytes");
        thrown = assertThrows(
                TopologyException.class,
                () -> Planner.plan(staged, PlanOptions.fused().withThreads().withSmallestRings()));
        assertEquals(
                List.of(
                        "view (T.java:6): its output must be stored in front of away, because one of "
                                + "its inputs comes from another stage, and an untyped value cannot be stored; use map(type, function)"),
                thrown.problems());
    }

    private static TrialOp untyped() {
        TrialOp op = TrialOp.pass(1);
        op.type = null;
        return op;
    }

    private static TrialOp untypedTwice() {
        TrialOp op = TrialOp.several(2);
        op.type = null;
        op.answers = Answers.MANY;
        return op;
    }

    @Test
    void shouldMoveSinksBehindAllThatFeedsThem() {
        GraphBuilder g = new GraphBuilder("sinks");
        Port in = g.source(IN, "");
        g.sink(OUT, in, "");
        Port later = g.operator("later", TrialOp.pass(1), null, "", in);
        g.sink(OUT, later, "");
        Topology t = g.build();
        for (Edge e : t.edges()) {
            assertTrue(e.from() < e.to(), e.toString());
        }
        assertEquals("[in, later, out]", t.nodes().toString());
        assertEquals(
                "[Port[node=0, port=0], Port[node=1, port=0]]",
                t.node("out").inputs().toString());
    }

    @Test
    void shouldDescribeItself() {
        GraphBuilder g = new GraphBuilder("described");
        Port in = g.source(IN.disorder(Duration.ofSeconds(2)), "T.java:1");
        Port a = g.operator("a", TrialOp.pass(1), LONG_KEY, "T.java:2", in);
        g.sink(OUT, g.operator("m", TrialOp.pass(2), null, "T.java:3", a, in), "T.java:4");
        assertEquals("""
                topology described
                  in: from Num, event time, disorder PT2S
                  a: pass <- in -> Num, key long  [T.java:2]
                  m: merge <- a, in -> Num  [T.java:3]
                  out: to <- m  [T.java:4]
                """, g.build().describe());
    }
}
