package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Sensitive;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What functions throw over events with sensitive fields: by its class, but for what the library says of how it is called. */
class SensitiveLettersTest {
    private static final long CARD = 4_111_222_333_444_555L;

    record Pay(@Sensitive long card, long ms) {}

    private static final Input<Pay> PAYS = Input.of("pays", Pay.class).eventTime(Pay::ms, TimeUnit.MILLISECONDS);
    private static final Output<Pay> OUT = Output.of("out", Pay.class);

    /** Sets its timer once more for the time it fires at. */
    static final class Endless extends KeyedProcess {
        private final Timer due = timer("due", this::again);

        Endless(On<Pay> pays) {
            on(pays, p -> due.in(Duration.ofMillis(5)));
        }

        private void again() {
            due.in(Duration.ZERO);
        }
    }

    /** Emits one more than it says. */
    static final class Twice extends KeyedProcess {
        private final Emit<Pay> twice = emits("twice", Pay.class);

        Twice(On<Pay> pays) {
            emitsAtMost(1);
            on(pays, p -> {
                twice.emit(p);
                twice.emit(p);
            });
        }
    }

    private static String cause(TestDriver driver, String node) {
        List<String> all = driver.deadLetters().stream()
                .filter(l -> l.node().startsWith(node))
                .map(l -> l.cause())
                .toList();
        assertEquals(1, all.size(), node + " of " + driver.deadLetters());
        assertFalse(all.get(0).contains("" + CARD), all.get(0));
        return all.get(0);
    }

    @Test
    void shouldTellTheLibrarysOwnCuresAndNoValue() {
        TestDriver driver = TestDriver.of(Millrace.topology("letters", t -> {
            var pays = t.from(PAYS);
            pays.filter(p -> {
                        throw new IllegalStateException("no " + p);
                    })
                    .to(OUT);
            pays.flatMap(Pay.class, 1, (Pay p, Emitter<Pay> out) -> {
                        out.emit(p);
                        out.emit(p);
                    })
                    .to(OUT);
            pays.keyBy(Pay::card).<Endless>process("endless", Duration.ofHours(1), Endless::new);
            pays.keyBy(Pay::card).<Twice>process("twice", Duration.ofHours(1), Twice::new);
        }));
        driver.send(PAYS, new Pay(CARD, 1)).advanceToNs(1_000_000_000);
        assertEquals(
                "java.lang.IllegalStateException (its message is not shown: events there have sensitive fields)",
                cause(driver, "filter"));
        assertTrue(cause(driver, "flatMap").endsWith("raise its bound"), cause(driver, "flatMap"));
        assertTrue(cause(driver, "endless").endsWith("set it for a later time"), cause(driver, "endless"));
        assertTrue(cause(driver, "twice").endsWith("raise emitsAtMost"), cause(driver, "twice"));
    }
}
