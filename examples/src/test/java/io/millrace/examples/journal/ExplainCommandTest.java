package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Explain;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.examples.Console;
import io.millrace.examples.fraud.FraudProvider;
import io.millrace.lineage.Explanation;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Explanations of what the fraud example put out. */
class ExplainCommandTest {
    private static final int COUNT = 3000;
    private static final Pattern EVENT = Pattern.compile("amount=([-0-9.E]+), fraud=(true|false)");

    @TempDir
    static Path folder;

    private static Path journal;

    /** By sink, the ids of all outputs, in order. */
    private static final Map<String, List<String>> IDS = new LinkedHashMap<>();

    @BeforeAll
    static void record() throws IOException {
        journal = folder.resolve("journal");
        Console run = Console.run(
                "fraud",
                "--quiet",
                "--count",
                "" + COUNT,
                "--cards",
                "60",
                "--threshold",
                "0.1",
                "--alerts",
                folder.resolve("alerts.csv").toString(),
                "--features",
                folder.resolve("features.csv").toString(),
                "--journal",
                journal.toString());
        assertEquals(0, run.code(), run.err());
        Recorded recorded = Recorded.open(journal.toString(), null);
        Topology topology = recorded.topology(null, Map.of());
        Setup setup = recorded.setup(topology);
        topology.outputs().forEach(o -> {
            List<String> ids = new ArrayList<>();
            IDS.put(o.name(), ids);
            setup.outputWithMeta(o, (event, meta) -> ids.add(o.name() + "/" + meta.sequence() + "." + meta.ordinal()));
        });
        Replay.of(setup, recorded.journal()).run();
    }

    private static Explanation explained(String id) throws IOException {
        Recorded recorded = Recorded.open(journal.toString(), null);
        Topology topology = recorded.topology(null, Map.of());
        Setup setup = recorded.setup(topology);
        topology.outputs().forEach(setup::discard);
        Matcher m = Pattern.compile("(.*)/(.*)[.](.*)").matcher(id);
        assertTrue(m.matches());
        return Explain.of(setup, recorded.journal())
                .output(m.group(1), Long.parseLong(m.group(2)), Integer.parseInt(m.group(3)));
    }

    private static Explanation.Step step(Explanation e, String node) {
        return e.stories().get(e.stories().size() - 1).steps().stream()
                .filter(s -> s.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    private static Explanation.Part part(List<Explanation.Part> parts, String name) {
        return parts.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    }

    /** Plain Java over the events that are told; the row of the features file is what the engine has worked out. */
    @Test
    void shouldTellTheEventsOfWhichFeaturesWereMade() throws IOException {
        List<String> rows = Files.readAllLines(folder.resolve("features.csv"));
        List<String> ids = IDS.get("features");
        assertEquals(COUNT, ids.size());
        for (int i = COUNT - 1; i > 0; i -= COUNT / 6) {
            Explanation e = explained(ids.get(i));
            String[] row = rows.get(i + 1).split(",");
            int column = 3;
            for (String node : List.of("customer-history", "terminal-history")) {
                for (String span : List.of("day", "week", "month")) {
                    List<Explanation.Event> events = part(
                                    part(step(e, node).said(), span).parts(), "events")
                            .events();
                    assertEquals(row[column], Integer.toString(events.size()), e::text);
                    double value = node.startsWith("customer") ? mean(events) : share(events);
                    assertEquals(Double.parseDouble(row[column + 1]), value, 1e-9, e::text);
                    column += 2;
                }
            }
        }
    }

    private static double mean(List<Explanation.Event> events) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Explanation.Event v : events) {
            sum = sum.add(new BigDecimal(event(v).group(1)));
        }
        return events.isEmpty() ? 0 : sum.doubleValue() / events.size();
    }

    private static double share(List<Explanation.Event> events) {
        long frauds =
                events.stream().filter(v -> event(v).group(2).equals("true")).count();
        return events.isEmpty() ? 0 : (double) frauds / events.size();
    }

    private static Matcher event(Explanation.Event v) {
        Matcher m = EVENT.matcher(v.entry().event());
        assertTrue(v.event() == null && m.find(), v::toString);
        return m;
    }

    /** The values of the leaves make the score of the alerts file, added in order. */
    @Test
    void shouldTellTheLeafOfEachTreeThatMadeAScore() throws IOException {
        List<String> rows = Files.readAllLines(folder.resolve("alerts.csv"));
        List<String> ids = IDS.get("alerts");
        assertEquals(rows.size() - 1, ids.size());
        for (int i = 0; i < ids.size(); i += 1 + ids.size() / 5) {
            Explanation e = explained(ids.get(i));
            List<Explanation.Part> said = step(e, "model").said();
            double sum = 0;
            for (Explanation.Part tree : part(said, "trees").parts()) {
                sum += Double.parseDouble(tree.value().split(":")[0]);
            }
            assertEquals(
                    ways(part(said, "features").parts()), part(said, "trees").parts(), e::text);
            assertEquals(Double.parseDouble(rows.get(i + 1).split(",")[1]), sum, e::text);
            assertEquals(
                    "Rules[threshold=0.1]",
                    part(step(e, "rules.filter").said(), "setting").value(),
                    e::text);
            assertFalse(part(said, "features").parts().isEmpty());
        }
    }

    /** The way through each tree of the model's file, walked in plain Java with the features that are told. */
    private static List<Explanation.Part> ways(List<Explanation.Part> features) throws IOException {
        List<Explanation.Part> ways = new ArrayList<>();
        List<String> names = List.of();
        Map<String, String[]> tree = new LinkedHashMap<>();
        try (InputStream in = FraudProvider.class.getResourceAsStream("fraud-model.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String[] field = line.split("=", 2);
                names = field[0].equals("feature_names") ? List.of(field[1].split(" ")) : names;
                if (field.length == 2) {
                    tree.put(field[0], field[1].split(" "));
                }
                if (field[0].equals("shrinkage")) {
                    ways.add(new Explanation.Part(
                            "tree " + ways.size(), way(tree, names, features), List.of(), null, 0));
                }
            }
        }
        return ways;
    }

    private static String way(Map<String, String[]> tree, List<String> names, List<Explanation.Part> features) {
        List<String> said = new ArrayList<>();
        int node = 0;
        while (node >= 0) {
            String name = names.get(Integer.parseInt(tree.get("split_feature")[node]));
            String value = part(features, name).value();
            double threshold = Double.parseDouble(tree.get("threshold")[node]);
            boolean isMissing = value.equals("missing");
            int missingGoesLeft = Integer.parseInt(tree.get("decision_type")[node]) & 2;
            boolean left = isMissing ? missingGoesLeft != 0 : Double.parseDouble(value) <= threshold;
            String goes = left ? " goes left of " : " goes right of ";
            said.add(name + " " + value + (isMissing ? goes : left ? " <= " : " > ") + threshold);
            node = Integer.parseInt(tree.get(left ? "left_child" : "right_child")[node]);
        }
        return Double.parseDouble(tree.get("leaf_value")[~node]) + ": " + String.join(", ", said);
    }

    @Test
    void shouldPrintTheSameEachTimeAndWriteItAsJson() throws IOException {
        String id = IDS.get("alerts").get(1);
        Path json = folder.resolve("e.json");
        Console c = Console.run("explain", "--journal", journal.toString(), "--output", id, "--json", json.toString());
        assertEquals(0, c.code(), c.err());
        assertEquals(explained(id).text(), c.out());
        assertEquals(explained(id).json(), Files.readString(json));
        assertTrue(c.out().startsWith("output " + id + " of topology fraud\ncaused by entry "), c.out());
        assertEquals("{}", skeleton(Files.readString(json).strip()));
    }

    /** What is left of JSON when all that is whole in it is taken out, from the inside to the outside. */
    private static String skeleton(String json) {
        String value = "(?:\"\"|-?[0-9]+|\\{}|\\[])";
        String member = "\"\":" + value;
        String left = json.replaceAll("\"(?:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\]|\\\\u[0-9a-f]{4})*\"", "\"\"");
        String before = "";
        while (!before.equals(left)) {
            before = left;
            left = left.replaceAll("\\{" + member + "(?:," + member + ")*}", "{}")
                    .replaceAll("\\[" + value + "(?:," + value + ")*]", "[]");
        }
        return left;
    }

    @ParameterizedTest
    @CsvSource({
        "alerts, 2, --output alerts: is no id of an output",
        "alerts/1, 2, --output alerts/1: is no id of an output",
        "alerts/x.0, 2, write SINK/SEQ.ORDINAL",
        "'', 2, --output: is missing",
        "alrts/1.0, 1, --output alrts/1.0: topology fraud has no output alrts; the nearest is alerts; there is ",
        "alerts/99999.0, 1, alerts/99999.0: the journal has no such output; the nearest: alerts/"
    })
    void shouldSayWhatIsWrongWithAnId(String id, int code, String says) {
        List<String> all = new ArrayList<>(List.of("explain", "--journal", journal.toString()));
        if (!id.isEmpty()) {
            all.addAll(List.of("--output", id));
        }
        Console c = Console.run(all.toArray(String[]::new));
        assertEquals(code, c.code(), c.err());
        assertTrue(c.err().contains(says) && c.err().lines().count() == 1, c.err());
    }

    @Test
    void shouldNameTheOutputsNextToOneThatIsNotThere() {
        List<String> ids = IDS.get("alerts");
        String between = ids.get(3).replace(".0", ".7");
        Console c = Console.run("explain", "--journal", journal.toString(), "--output", between);
        assertEquals(1, c.code());
        assertEquals(
                "millrace explain: " + between + ": the journal has no such output; "
                        + "the nearest: " + ids.get(3) + " and "
                        + ids.get(4) + "\n",
                c.err());
    }

    /** A provider that is found on a class path of the user's only. */
    public static final class Mine implements TopologyProvider {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            throw new IllegalArgumentException("it is asked for as it was recorded");
        }

        @Override
        public Topology recorded(Map<String, String> facts, Map<String, String> changes) {
            return new FraudProvider().recorded(facts, changes);
        }
    }

    @Test
    void shouldExplainATopologyOfTheUsersJar() throws IOException {
        Path services = folder.resolve("classes").resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(TopologyProvider.class.getName()), Mine.class.getName());
        String path = services.getParent().getParent().toString();
        String id = IDS.get("alerts").get(2);
        List<String> args = List.of("explain", "--journal", journal.toString(), "--output", id, "--topology", "mine");
        List<String> found = new ArrayList<>(args);
        found.addAll(List.of("--classpath", path));
        Console c = Console.run(found.toArray(String[]::new));
        assertEquals(0, c.code(), c.err());
        assertEquals(explained(id).text(), c.out());
        Console without = Console.run(args.toArray(String[]::new));
        assertEquals(1, without.code());
        assertTrue(without.err().contains("--topology: mine, which no provider offers"), without.err());
        List<String> other = new ArrayList<>(args.subList(0, 5));
        other.addAll(List.of("--topology", "velocity"));
        Console another = Console.run(other.toArray(String[]::new));
        assertEquals(1, another.code());
        assertTrue(
                another.err()
                        .startsWith("millrace explain: the journal belongs to another service: the "
                                + "topology was named fraud"),
                another.err());
        assertEquals(1, another.err().lines().count(), another.err());
    }
}
