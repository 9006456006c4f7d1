package io.millrace.operators.window;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.state.Migration;
import io.millrace.state.StateException;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A journal of windows over days, and a JVM with other time zone data. */
@Timeout(240)
class ZoneRulesTest {
    private static final String ZONE = "Millrace/Town";
    private static final ZoneOffset WINTER = ZoneOffset.ofHours(1);
    private static final ZoneOffset SUMMER = ZoneOffset.ofHours(2);

    /** Time zone data with one town, of which another government may be in power. */
    private static final class Town extends ZoneRulesProvider {
        static volatile ZoneRules rules = changing(LocalDateTime.of(2020, 3, 29, 2, 0));

        @Override
        protected Set<String> provideZoneIds() {
            return Set.of(ZONE);
        }

        @Override
        protected ZoneRules provideRules(String zone, boolean forCaching) {
            return rules;
        }

        @Override
        protected NavigableMap<String, ZoneRules> provideVersions(String zone) {
            return new TreeMap<>(java.util.Map.of("1", rules));
        }
    }

    static {
        ZoneRulesProvider.registerProvider(new Town());
    }

    private static ZoneRules changing(LocalDateTime... at) {
        List<ZoneOffsetTransition> all = new ArrayList<>();
        for (int i = 0; i < at.length; i++) {
            all.add(ZoneOffsetTransition.of(at[i], i % 2 == 0 ? WINTER : SUMMER, i % 2 == 0 ? SUMMER : WINTER));
        }
        return ZoneRules.of(WINTER, WINTER, List.of(), all, List.of());
    }

    record Ev(long key, long ms) {}

    record Found(long key, long count) {}

    private static final Input<Ev> IN =
            Input.of("in", Ev.class).eventTime(Ev::ms, MILLISECONDS).historic();
    private static final Output<Found> OUT = Output.of("out", Found.class);

    static final class Tally extends Aggregates<Ev> {
        final LongValue key = longKey();
        final LongValue count = count();
    }

    private static Topology topology() {
        return Millrace.topology(
                "days",
                t -> t.from(IN)
                        .keyBy(Ev::key)
                        .window("per-day", Window.days(ZoneId.of(ZONE)))
                        .aggregate(Tally::new)
                        .to(OUT, a -> new Found(a.key.get(), a.count.get())));
    }

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Found> found = new ArrayList<>();

    private Engine start(Journaling how) {
        return Engine.of(topology())
                .journal(journal, how)
                .output(OUT, found::add)
                .start();
    }

    private void run(Journaling how, long... hours) {
        try (Engine engine = start(how)) {
            for (long hour : hours) {
                engine.publisher(IN).publish(new Ev(7, Duration.ofHours(hour).toMillis()));
            }
            engine.drain(Duration.ofSeconds(50));
            engine.makeSnapshot();
        }
    }

    @Test
    void shouldGoOnWithOtherDataThatSayTheSameOfItsDays() {
        Town.rules = changing(LocalDateTime.of(2020, 3, 29, 2, 0));
        run(Journaling.plain(), 1, 2);
        Town.rules = changing(
                LocalDateTime.of(1950, 3, 29, 2, 0),
                LocalDateTime.of(1950, 9, 29, 2, 0),
                LocalDateTime.of(2020, 3, 29, 2, 0));
        run(Journaling.plain(), 3, 24);
        assertEquals(List.of(new Found(7, 3)), found);
    }

    @Test
    void shouldRefuseDataThatSayAnotherAndTakeOverWhatIsKeptWhereThatIsSaid() {
        Town.rules = changing(LocalDateTime.of(2020, 3, 29, 2, 0));
        run(Journaling.plain(), 1, 2);
        Town.rules = changing(LocalDateTime.of(2021, 3, 29, 2, 0));
        String refused = assertThrows(JournalException.class, () -> start(Journaling.plain()))
                .getMessage();
        assertTrue(refused.contains("zone rules "), refused);
        String cure = assertThrows(
                        StateException.class, () -> start(Journaling.plain().migrate(Migration.none())))
                .getMessage();
        assertTrue(cure.contains("add zoneRules(\"per-day\") to the migration"), cure);
        run(Journaling.plain().migrate(Migration.none().zoneRules("per-day")), 3, 24);
        assertEquals(List.of(new Found(7, 3)), found);
        run(Journaling.plain(), 48);
        assertEquals(List.of(new Found(7, 3), new Found(7, 1)), found);
    }

    @Test
    void shouldTellOfRulesWhereThereAreAny() {
        assertTrue(topology().describe().contains("zone rules "), topology().describe());
        assertFalse(Window.days(ZoneId.of("UTC")).settings().containsKey(Migration.ZONE_RULES));
    }
}
