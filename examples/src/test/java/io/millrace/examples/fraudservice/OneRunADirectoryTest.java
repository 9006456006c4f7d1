package io.millrace.examples.fraudservice;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.cli.Command;
import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import io.millrace.examples.Signals;
import io.millrace.metric.CounterFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Who comes to a directory where a run goes on, or has gone on, and what becomes of a run that is cut short. */
class OneRunADirectoryTest {
    /** An interrupt: what was sent is decided, the table printed; meanwhile nobody else disturbs it. */
    @Test
    @Timeout(300)
    void shouldNotBeDisturbedAndTellWhenItIsInterrupted(@TempDir Path above) throws Exception {
        Path dir = above.resolve("d");
        String[] args = {"fraud-service", "--rate", "1000", "--seconds", "600", "--dir", dir.toString()};
        try (ChildJvm run = ChildJvm.start(above, null, args)) {
            SharedDir shared = new SharedDir(dir);
            while (run.process().isAlive() && !(shared.has(SharedDir.GATEWAY_BEGAN) && hasTaken(dir))) {
                Thread.sleep(10); // of another process
            }
            assumeTrue(!Signals.ignoresInterrupts(run.process().pid()), "skipped: interrupts are ignored here");
            for (String role : SharedDir.ROLES) {
                refused(role + " works here already", "fraud-service", role, "--dir", dir.toString());
            }
            refused("a service works here already", "fraud-service", "--dir", dir.toString());
            assertTrue(shared.has(SharedDir.GATEWAY_BEGAN) && shared.has(SharedDir.CHANNELS), "nothing was cleared");
            new ProcessBuilder("kill", "-INT", Long.toString(run.process().pid()))
                    .start()
                    .waitFor();
            Console c = run.end();
            assertEquals(Command.INTERRUPTED, c.code(), c.err());
            assertTrue(c.out().contains("\nmissing  0\n"), c.out() + c.err());
            assertFalse(c.out().contains("sent  0\n"), c.out());
            refused(
                    "has sent payments in this run already",
                    () -> new Gateway(shared, new ServiceOptions(1, 1, false, -1)).send(null, new AtomicBoolean()));
        }
    }

    /** Whether the engine says that payments have come. */
    private static boolean hasTaken(Path dir) throws IOException {
        return CounterFile.read(dir).stream().anyMatch(t -> t.values().getOrDefault("input payments: events", 0L) > 0);
    }

    private static void refused(String what, String... args) {
        Console c = Console.run(args);
        assertEquals(Command.FAILED, c.code());
        assertTrue(c.err().contains(what), c.err());
    }

    private static void refused(String what, Executable body) {
        String message = assertThrows(IllegalStateException.class, body).getMessage();
        assertTrue(message.contains(what), message);
    }

    @Test
    void shouldHoldAPlaceUntilItIsGivenUp(@TempDir Path dir) throws Exception {
        Place.hold(dir, "desk", () -> {
            refused("a desk works here already", () -> Place.hold(dir, "desk", () -> {}));
            refused("a desk works here already", () -> Place.requireFree(dir, "desk"));
            Place.requireFree(dir, "engine");
        });
        Place.requireFree(dir, "desk");
        Place.hold(dir, "desk", () -> {});
    }

    @Test
    void shouldNotWaitForADeskWhenItIsInterrupted(@TempDir Path dir) {
        SharedDir shared = new SharedDir(dir, new AtomicBoolean(true));
        assertThrows(InterruptedException.class, shared::connect);
        assertThrows(InterruptedException.class, () -> shared.await(SharedDir.ENGINE_READY, "engine"));
    }

    /** What a run before has left is not taken for a desk. */
    @Test
    void shouldKnowWhoLives(@TempDir Path dir) throws Exception {
        SharedDir shared = new SharedDir(dir);
        assertFalse(shared.isAlive(SharedDir.CHANNELS));
        shared.channels(false);
        assertFalse(shared.isAlive(SharedDir.CHANNELS), "a run before this one");
        Place.hold(dir, "desk", () -> assertTrue(shared.isAlive(SharedDir.CHANNELS)));
        assertFalse(shared.isAlive(SharedDir.CHANNELS));
    }

    /** On a machine with much else to do a start takes long; the service gives up where it takes too long, and ends those that wait. */
    @Test
    void shouldWaitLongerWhereAServiceStartsTheOther(@TempDir Path dir) throws Exception {
        SharedDir shared = new SharedDir(dir);
        long longNs = SharedDir.PATIENCE.plusSeconds(1).toNanos();
        shared.say(SharedDir.SERVICE);
        assertTrue(shared.mayCome(SharedDir.PATIENCE.minusSeconds(1).toNanos()));
        assertFalse(shared.mayCome(longNs), "a service before this one");
        Place.hold(dir, SharedDir.SERVICE, () -> assertTrue(shared.mayCome(longNs)));
        assertFalse(shared.mayCome(longNs));
        assertEquals(
                "engine is there and not ready after 300 s; it says nothing; run it again when this machine has less to"
                        + " do, or with more memory",
                Service.notReady("engine", Duration.ofMinutes(5), "it says nothing"));
    }

    @Test
    void shouldSayHowLongItWaitedAndThatTheServiceHasEnded(@TempDir Path dir) throws Exception {
        SharedDir shared = new SharedDir(dir, new AtomicBoolean(), Duration.ofMillis(20));
        shared.say(SharedDir.SERVICE);
        assertEquals(SharedDir.CURE, cure(shared, () -> {}), "one before has ended");
        CountDownLatch over = new CountDownLatch(1);
        Thread service = new Thread(() -> assertDoesNotThrow(() -> Place.hold(dir, SharedDir.SERVICE, over::await)));
        service.start();
        while (!shared.isAlive(SharedDir.SERVICE)) {
            Thread.onSpinWait();
        }
        assertEquals(
                "the service that was to start it has ended; run fraud-service again", cure(shared, over::countDown));
        service.join();
        assertEquals(
                "--dir " + dir + ": waited 299 s for the engine; " + SharedDir.CURE,
                shared.gaveUp("engine", Duration.ofMillis(299_900), false));
    }

    /** What is said to help where an engine does not come, behind how long it was waited for. */
    private static String cure(SharedDir shared, Runnable meanwhile) {
        BooleanSupplier never = () -> {
            meanwhile.run();
            return false;
        };
        long beginNs = System.nanoTime();
        String message = assertThrows(IllegalStateException.class, () -> shared.await(never, "engine"))
                .getMessage();
        long seconds = Duration.ofNanos(System.nanoTime() - beginNs).toSeconds();
        Matcher m = Pattern.compile("--dir .*: waited ([0-9]+) s for the engine; (.*)")
                .matcher(message);
        assertTrue(m.matches() && Long.parseLong(m.group(1)) <= seconds, message);
        return m.group(2);
    }

    @Test
    void shouldWaitForOneThatLivesAndNotForOneThatHasEnded(@TempDir Path dir) throws Exception {
        SharedDir shared = new SharedDir(dir);
        AtomicBoolean stop = new AtomicBoolean();
        Waiting waiting = new Waiting(shared, SharedDir.GATEWAY_BEGAN, "gateway", Duration.ZERO, stop);
        assertTrue(waiting.goesOn(), "it may still come");
        shared.say(SharedDir.GATEWAY_BEGAN);
        Place.hold(dir, "gateway", () -> assertTrue(waiting.goesOn() && !waiting.isAlone()));
        assertFalse(waiting.goesOn());
        assertTrue(waiting.isAlone());
        assertTrue(waiting.words().contains("the gateway has ended"), waiting.words());
        stop.set(true);
        waiting.goesOn();
        assertFalse(waiting.isAlone(), "it was interrupted: nobody is to blame");
    }

    /** Over UDP what is on its way to an engine that was killed is kept by nobody. */
    @Test
    void shouldCountWhatTheNextEngineMissesAsInFlight() {
        Map<String, String> engine = Map.of("taken before", "400", "sent before", "430");
        Map<String, String> desk = Map.of("decided", "960", "decided before", "390");
        Map<String, String> gateway = Map.of("sent", "1000");
        Outcome killed = Outcome.of(gateway, engine, desk, true, true);
        assertEquals(40, killed.inFlight());
        assertTrue(killed.isGood());
        assertEquals("30", Outcome.of(gateway, engine, desk, true, false).missing(), "in shared memory all is kept");
        assertEquals("40", Outcome.of(gateway, engine, desk, false, true).missing());
        Outcome unknown = Outcome.of(Map.of(), engine, desk, true, true);
        assertFalse(unknown.isGood());
        assertTrue(unknown.toString().contains("has not said how many"), unknown.toString());
    }

    /** A process that does not come as far as it should has said why. */
    @Test
    @Timeout(300)
    void shouldSayWhatAProcessSaidThatEndedEarly(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("aeron"), "where the desk's driver would have its directory");
        Console c = Console.run("fraud-service", "--dir", dir.toString(), "--seconds", "1");
        assertEquals(Command.FAILED, c.code());
        assertTrue(c.err().contains("desk has ended with 1; it says: "), c.err());
        assertTrue(c.err().contains(dir.resolve("aeron").toString()), c.err());
    }

    @Test
    void shouldRemoveWhatRunsThatWereKilledHaveLeft() throws Exception {
        Path dead = Leftovers.fresh();
        new SharedDir(dead).say(SharedDir.SERVICE);
        Path young = Leftovers.fresh();
        assertTrue(Files.notExists(dead));
        Place.hold(young, SharedDir.SERVICE, () -> {
            new SharedDir(young).say(SharedDir.SERVICE);
            Path another = Leftovers.fresh();
            assertTrue(Files.exists(young), "its process lives");
            Leftovers.delete(another);
        });
        Leftovers.delete(young);
        assertTrue(Files.notExists(young));
    }
}
