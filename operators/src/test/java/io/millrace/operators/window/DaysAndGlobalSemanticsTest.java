package io.millrace.operators.window;

import static io.millrace.operators.window.Window.days;
import static io.millrace.operators.window.Window.global;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static io.millrace.operators.window.WindowSemanticsTest.driver;
import static io.millrace.operators.window.WindowSemanticsTest.send;
import static io.millrace.operators.window.WindowSemanticsTest.unkeyed;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.Meta;
import io.millrace.testkit.TestDriver;
import io.millrace.time.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines of the semantics page about windows over days and those without an end, one test each. */
class DaysAndGlobalSemanticsTest {
    @Test
    void shouldKeepOneWindowWithoutAnEnd() {
        TestDriver driver = send(driver(global().every(2)), 1, 500);
        assertEquals(1, driver.take(BARS).get(0).revision() + 1);
        send(driver, 7).endAll();
        assertEquals(List.of(3L), driver.take(BARS).stream().map(Bar::count).toList());
    }

    @Test
    void shouldStampUpdatesOfAWindowWithoutAnEndWithTheTimeOfTheirEvent() {
        for (Window window : List.of(global().emitOnUpdate(), global().every(1))) {
            TestDriver driver = send(driver(window), 5, 3).advanceToNs(10);
            send(driver, 8, 12);
            assertEquals(
                    List.of(5L, 3L, 10L, 12L),
                    driver.metas(BARS).stream().map(Meta::timeNs).toList());
        }
        TestDriver driver = send(driver(global()), 5).endAll();
        assertEquals(Progress.END - 1, driver.metas(BARS).get(0).timeNs());
    }

    @Test
    void shouldEndDaysAtMidnightOfTheZoneAlsoWhenClocksChange() {
        ZoneId vienna = ZoneId.of("Europe/Vienna");
        TestDriver driver = driver(days(vienna));
        List<LocalDateTime> moments = List.of(
                LocalDateTime.of(2024, 3, 30, 23, 59), // the day before the clock goes ahead
                LocalDateTime.of(2024, 3, 31, 0, 0),
                LocalDateTime.of(2024, 3, 31, 23, 59),
                LocalDateTime.of(2024, 10, 27, 12, 0));
        for (LocalDateTime m : moments) {
            send(driver, m.atZone(vienna).toInstant().toEpochMilli() * 1_000_000);
        }
        List<Long> hours = new ArrayList<>();
        for (Bar b : driver.endAll().take(BARS)) {
            hours.add(Duration.ofNanos(b.end() - b.start()).toHours());
        }
        assertEquals(List.of(24L, 23L, 25L), hours);
    }

    /** Samoa went over the date line: it had no 30th of December 2011. */
    @Test
    void shouldSayNothingOfADayThatAZoneHasLeftOut() {
        ZoneId apia = ZoneId.of("Pacific/Apia");
        TestDriver driver = unkeyed(days(apia).emitEmpty());
        for (LocalDateTime m : List.of(LocalDateTime.of(2011, 12, 28, 12, 0), LocalDateTime.of(2012, 1, 1, 12, 0))) {
            send(driver, m.atZone(apia).toInstant().toEpochMilli() * 1_000_000);
        }
        List<String> days = new ArrayList<>();
        for (Bar b : driver.endAll().take(BARS)) {
            int day = Instant.ofEpochSecond(0, b.start()).atZone(apia).getDayOfMonth();
            days.add(day + ": " + Duration.ofNanos(b.end() - b.start()).toHours() + " h, " + b.count());
        }
        assertEquals(List.of("28: 24 h, 1", "29: 24 h, 0", "31: 24 h, 0", "1: 24 h, 1"), days);
    }
}
