package io.millrace.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is void has no figure, wherever figures go. */
class LatencyReportTest {
    private static final long RATE = 100;

    @TempDir
    Path folder;

    /** Runs of events that took 77 µs each. */
    private static Paced run(int events, boolean held) {
        Histogram all = new Histogram(3);
        for (int i = 0; i < events; i++) {
            all.recordValue(77_000);
        }
        return new Paced(all, all, held, 1, 0, 0, 0, 0);
    }

    private static LatencyReport report(Paced run, String output, long letters, boolean allowed) {
        List<Paced> floor = List.of(run(1, true));
        return new LatencyReport(
                "a-topology",
                "live",
                1,
                Map.of(),
                Map.of(RATE, new LatencyReport.Rate(List.of(run), floor, "a1", List.of(output), letters, allowed)));
    }

    private void assertVoid(LatencyReport report, String why) throws Exception {
        assertFalse(report.isSound());
        String text = report.toString();
        assertTrue(text.contains("VOID: " + why), text);
        assertTrue(text.lines().noneMatch(l -> l.contains("a-topology ") && l.contains("77.")), text);
        assertTrue(Double.isNaN(report.us(RATE, 50)));
        report.json(folder.resolve("json")).hlog(folder.resolve("hlog")).plot(folder.resolve("svg"));
        assertTrue(Files.readString(folder.resolve("json")).contains("\"p50 us\": null"));
        assertFalse(Files.readString(folder.resolve("hlog")).contains("Tag=a-topology"));
        String svg = Files.readString(folder.resolve("svg"));
        assertEquals(1, svg.split("<polyline", -1).length - 1, "the floor alone");
        assertTrue(svg.contains("(void)"), svg);
    }

    @Test
    void shouldGiveFiguresOfWhatIsSound() {
        LatencyReport report = report(run(3, true), "a1", 0, false);
        assertTrue(report.isSound());
        assertEquals(77, report.us(RATE, 50), 0.1);
        assertTrue(report.toString().contains("yes   a1"), report::toString);
    }

    @Test
    void shouldGiveNoPercentileOfFewerEventsThanItTakesAndSayHowManyThereAre() throws Exception {
        for (int events : new int[] {1, 2, 9, 10, 99, 100, 999, 1_000, 9_999, 10_000}) {
            LatencyReport report = report(run(events, true), "a1", 0, false);
            double[] percentiles = {50, 90, 99, 99.9, 99.99, 100};
            int[] takes = {2, 10, 100, 1_000, 10_000, 1};
            for (int i = 0; i < takes.length; i++) {
                boolean isKnown = !Double.isNaN(report.us(RATE, percentiles[i]));
                assertEquals(events >= takes[i], isKnown, percentiles[i] + " of " + events);
            }
            assertTrue(
                    report.toString().lines().anyMatch(l -> l.endsWith(" " + events + "  yes   a1")), report::toString);
        }
        LatencyReport few = report(run(3, true), "a1", 0, false);
        assertTrue(few.toString().contains(" 77.06         -         -         -         -     77.06"), few::toString);
        few.json(folder.resolve("json")).hlog(folder.resolve("hlog"));
        String json = Files.readString(folder.resolve("json"));
        for (String part : List.of(
                "\"events\": [3]",
                "\"behind\": [0]",
                "\"clear p50 us\": 77.",
                "\"clear p99 us\": null",
                "\"p90 us\": null")) {
            assertTrue(json.contains(part), part + " in " + json);
        }
        assertTrue(Files.readString(folder.resolve("hlog")).contains("Tag=a-topology.100.clear"));
    }

    @Test
    void shouldGiveNoFigureOfAnotherOutputThoughAllRunsHaveIt() throws Exception {
        assertVoid(report(run(3, true), "b2", 0, false), "differs, [b2] instead of a1");
    }

    @Test
    void shouldGiveNoFigureWithDeadLettersUnlessTheyAreAllowed() throws Exception {
        assertVoid(report(run(3, true), "a1", 7, false), "7 dead letters");
        LatencyReport allowed = report(run(3, true), "a1", 7, true);
        assertTrue(allowed.isSound() && allowed.toString().contains("a1, dead letters 7"), allowed::toString);
    }

    @Test
    void shouldGiveNoFigureWhereNoEventWasDecided() throws Exception {
        assertVoid(report(run(0, true), "a1", 0, false), "no event was decided");
    }

    @Test
    void shouldSayWhereTheRateWasNotHeld() {
        LatencyReport report = report(run(3, false), "a1", 0, false);
        assertFalse(report.isSound());
        assertTrue(report.toString().contains("FAIL  a1"), report::toString);
    }
}
