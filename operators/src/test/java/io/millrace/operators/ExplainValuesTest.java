package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.ALERTS;
import static io.millrace.operators.CatalogueSnippets.PAYMENTS;
import static io.millrace.operators.CatalogueSnippets.PROFILES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.dsl.Table;
import io.millrace.event.Meta;
import io.millrace.lineage.Explanation;
import io.millrace.operators.CataloguePatterns.Probing;
import io.millrace.operators.CatalogueSnippets.Alert;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.CatalogueSnippets.Profile;
import io.millrace.testkit.Recording;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rows and the events of steps that an explanation names, beside plain Java over what was sent. */
class ExplainValuesTest {
    private static final int ENTRIES = 400;

    private final Random random = new Random(11);

    private static Explanation.Step step(Explanation e, String node) {
        return e.stories().get(e.stories().size() - 1).steps().stream()
                .filter(s -> s.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    private static List<Explanation.Event> events(List<Explanation.Part> parts) {
        List<Explanation.Event> all = new ArrayList<>();
        for (Explanation.Part p : parts) {
            all.addAll(events(p.parts()));
            all.addAll(p.events() == null ? List.of() : p.events());
        }
        return all;
    }

    private static Explanation.Part part(List<Explanation.Part> parts, String name) {
        return parts.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    }

    /** A field of an event as it came. */
    private static long field(Explanation.Event event, String name) {
        assertNull(event.event(), "none that a step has made");
        return field(event.entry(), name);
    }

    private static long field(Explanation.Entry entry, String name) {
        String text = entry.event();
        int at = text.indexOf(name + "=") + name.length() + 1;
        int end = at;
        while (Character.isDigit(text.charAt(end))) {
            end++;
        }
        return Long.parseLong(text.substring(at, end));
    }

    /** The row that stood there at the time, though others have taken its place since. */
    @Test
    void shouldTellTheRowThatWasLookedUp() {
        Topology topology = Millrace.topology("rows", t -> {
            Table<Profile> profiles = t.table("profiles", PROFILES, Profile::card);
            t.from(PAYMENTS)
                    .keyBy(Payment::card)
                    .lookup("profile", profiles)
                    .to(
                            ALERTS,
                            j -> new Alert(
                                    j.left().card(), j.hasRight() ? j.right().meanCents() : -1));
        });
        TestDriver driver = TestDriver.of(topology);
        Recording recording = driver.record();
        Map<Long, Long> rows = new HashMap<>();
        Map<Long, Long> expected = new HashMap<>();
        for (int i = 0; i < ENTRIES; i++) {
            long card = random.nextInt(5);
            if (random.nextInt(3) == 0) {
                rows.put(card, 1_000L + i);
                driver.send(PROFILES, new Profile(card, 1_000 + i, false));
            } else {
                driver.send(PAYMENTS, new Payment(card, 1, i, "AT", 1_000 + i));
                expected.put((long) i, rows.getOrDefault(card, -1L));
            }
        }
        driver.endAll();
        List<Meta> metas = driver.metas(ALERTS);
        List<Alert> alerts = driver.take(ALERTS);
        assertEquals(expected.size(), alerts.size());
        for (int i = 0; i < alerts.size(); i += 13) {
            Explanation e = recording.explain(
                    ALERTS, metas.get(i).sequence(), metas.get(i).ordinal());
            List<Explanation.Part> said = step(e, "profile").said();
            long cents = field(e.stories().get(e.stories().size() - 1).entry(), "cents");
            long row = expected.get(cents);
            assertEquals(row, alerts.get(i).cents());
            if (row < 0) {
                assertEquals("none", part(said, "row").value(), e::text);
            } else {
                assertEquals(row, field(events(said).get(0), "meanCents"), e::text);
            }
        }
    }

    /** What the definition says of each step holds of the events that are told under it. */
    @Test
    void shouldTellTheEventsOfEachStepOfAPattern() {
        Topology topology = Millrace.topology(
                "steps",
                t -> t.from(PAYMENTS)
                        .keyBy(Payment::card)
                        .pattern("probing", Duration.ofMinutes(1), Probing::new)
                        .to(
                                ALERTS,
                                m -> new Alert(
                                        m.large.event().card(), m.large.event().cents())));
        TestDriver driver = TestDriver.of(topology);
        Recording recording = driver.record();
        long ms = 1_000_000;
        for (int i = 0; i < ENTRIES; i++) {
            ms += random.nextInt(8_000);
            long cents = random.nextInt(4) == 0 ? 1_000 + random.nextInt(20_000) : 1 + random.nextInt(199);
            driver.send(PAYMENTS, new Payment(random.nextInt(3), i, cents, "AT", ms));
        }
        driver.endAll();
        List<Meta> metas = driver.metas(ALERTS);
        List<Alert> alerts = driver.take(ALERTS);
        assertTrue(alerts.size() > 10, "matches");
        for (int i = 0; i < alerts.size(); i += 1 + alerts.size() / 20) {
            Explanation e = recording.explain(
                    ALERTS, metas.get(i).sequence(), metas.get(i).ordinal());
            List<Explanation.Part> said = step(e, "probing").said();
            List<Explanation.Event> small = events(part(said, "small").parts());
            List<Explanation.Event> large = events(part(said, "large").parts());
            assertTrue(small.size() >= 2 && small.size() <= 20 && large.size() == 1, e::text);
            Explanation.Event last = large.get(0);
            assertEquals(alerts.get(i).card(), field(last, "card"), e::text);
            assertEquals(alerts.get(i).cents(), field(last, "cents"), e::text);
            assertTrue(field(last, "cents") > 100 * field(small.get(small.size() - 1), "cents"), e::text);
            assertTrue(field(last, "timeMs") - field(small.get(0), "timeMs") <= 60_000, e::text);
            long before = -1;
            for (Explanation.Event s : small) {
                assertTrue(field(s, "cents") < 200 && field(s, "terminal") > before, e::text);
                assertEquals(alerts.get(i).card(), field(s, "card"), e::text);
                before = field(s, "terminal"); // the number of the payment
            }
            assertTrue(field(last, "terminal") > before, e::text);
        }
    }
}
