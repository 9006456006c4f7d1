package io.millrace.examples.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.examples.durable.DurableSpree.Payment;
import io.millrace.journal.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableSpreeTest {
    @TempDir
    Path folder;

    @Test
    void shouldRaiseEachAlertOnceHoweverOftenItStarts() throws Exception {
        for (int life = 0; life < 3; life++) {
            try (Engine engine = DurableSpree.start(folder)) {
                long from = DurableSpree.nextPayment(engine);
                assertEquals(life * 2L, from);
                long last = 0;
                for (long i = from; i < from + 2; i++) {
                    last = engine.publisher(DurableSpree.PAYMENTS).publish(new Payment(i, 7, 40_000, i * 1_000));
                }
                assertEquals(Durability.DISK, engine.awaitDurable(last, Duration.ofSeconds(50)));
                if (life == 1) {
                    engine.makeSnapshot();
                }
            }
        }
        assertEquals(
                List.of("card,payments,cents", "7,3,120000", "7,4,160000", "7,5,200000", "7,6,240000"),
                Files.readAllLines(folder.resolve("alerts.csv")));
    }

    /** Whoever interrupts them means something else: all threads of the engine, and the one that starts, waits and closes. */
    @Test
    void shouldLoseNothingWhenItsThreadsAreInterrupted() throws Exception {
        for (int life = 0; life < 2; life++) {
            Thread.currentThread().interrupt();
            Engine engine = DurableSpree.start(folder);
            for (long i = 3L * life; i < 3L * life + 3; i++) {
                engine.publisher(DurableSpree.PAYMENTS).publish(new Payment(i, 7, 40_000, i * 1_000));
                interruptAll();
                Thread.sleep(2); // lets some of them work with files meanwhile; any length is right
            }
            Thread.currentThread().interrupt();
            engine.makeSnapshot();
            interruptAll();
            Thread.currentThread().interrupt();
            engine.close();
            assertTrue(Thread.interrupted(), "it is the caller's");
        }
        assertEquals(
                List.of("card,payments,cents", "7,3,120000", "7,4,160000", "7,5,200000", "7,6,240000"),
                Files.readAllLines(folder.resolve("alerts.csv")));
    }

    /** The file of the first is read, counted and cut by nobody else. */
    @Test
    void shouldLeaveTheFileOfTheEngineThatRunsAsItIs() throws Exception {
        Path alerts = folder.resolve("alerts.csv");
        try (Engine engine = DurableSpree.start(folder)) {
            while (Files.size(alerts) == 0) {
                Thread.sleep(1); // the header comes when the engine has nothing else to do
            }
            Files.writeString(alerts, "7,3", StandardOpenOption.APPEND); // it is in the middle of a row
            RuntimeException refused = assertThrows(RuntimeException.class, () -> DurableSpree.start(folder));
            assertTrue(refused.getMessage().contains("journal"), refused.getMessage());
            assertEquals("card,payments,cents\n7,3", Files.readString(alerts));
            assertEquals(0, DurableSpree.nextPayment(engine));
        }
    }

    private static void interruptAll() {
        Thread.interrupted();
        Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("millrace-"))
                .forEach(Thread::interrupt);
    }
}
