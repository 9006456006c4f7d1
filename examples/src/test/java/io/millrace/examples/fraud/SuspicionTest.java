package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuspicionTest {
    private static final long DAY = 86_400;

    private static final Topology TAKING = Millrace.topology(
            "taking",
            t -> t.from(FraudTopology.PAYMENTS).onTime().to(FraudTopology.DECISIONS, p -> new Decision(p.id(), 0, 0)));

    /** Whoever the engine refuses was suspected; whoever was not suspected is taken. */
    @Test
    void shouldSuspectWhateverTheEngineRefuses() {
        int refused = 0;
        int unsuspected = 0;
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            TestDriver driver = TestDriver.of(TAKING);
            Suspicion suspicion = new Suspicion();
            Set<Long> suspected = new HashSet<>();
            long time = 0;
            for (long i = 1; i <= 200; i++) {
                time = next(random, time);
                if (suspicion.isSuspicious(time)) {
                    suspected.add(i);
                } else {
                    unsuspected++;
                }
                Payment payment = new Payment(i, time, 0, 0, 0, false);
                driver.send(FraudTopology.PAYMENTS, payment, new Header().correlationId(i));
            }
            driver.endAll();
            for (DeadLetter letter : driver.deadLetters()) {
                assertTrue(suspected.contains(letter.correlationId()), "seed " + seed + ": " + letter);
                refused++;
            }
        }
        assertTrue(refused > 5_000, refused + " refused");
        assertTrue(unsuspected > 5_000, unsuspected + " not suspected");
    }

    /** Small steps, steps back, and runs of jumps that agree more or less, at the edges of what counts as one. */
    private static long next(Random random, long time) {
        return switch (random.nextInt(14)) {
            case 0 -> time - random.nextInt(3);
            case 1 -> time + 30 * DAY + random.nextInt(3) - 1;
            case 2 -> random.nextInt(6) * 60 * DAY;
            default -> time + random.nextInt(2);
        };
    }

    @Test
    void shouldBelieveSixteenJumps() {
        Suspicion s = new Suspicion();
        assertEquals(false, s.isSuspicious(0));
        for (int i = 0; i < 16; i++) {
            assertEquals(true, s.isSuspicious(100 * DAY - i % 3));
        }
        assertEquals(false, s.isSuspicious(100 * DAY));
        assertEquals(true, s.isSuspicious(100 * DAY - 1));
    }
}
