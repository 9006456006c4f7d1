package io.millrace.examples.fraudservice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Command;
import io.millrace.cli.UsageException;
import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import io.millrace.metric.Held;
import io.millrace.transport.file.FileOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FraudServiceTest {
    /** For the processes that it starts, too: the other one takes half of the time that they take. */
    private static final List<String> FIRST_COMPILER = List.of("env", "JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1");

    /**
     * Three processes, of which one is killed; each payment is decided once, or was in the killed one's hands, or on its way to it. Where this
     * machine was so busy that the service came too late for its kill, there are more payments for it the next time.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "--udp"})
    void shouldLoseNothingButWhatWasInFlight(String udp, @TempDir Path dir) throws Exception {
        int seconds = 2;
        while (!isKilledInTime(seconds, udp, dir)) {
            seconds *= 4;
            assertTrue(seconds < 60, "its engine is never killed while payments come");
        }
        // the engine that ended last has left its counters, and does not live
        Console stat = Console.run("stat", dir.resolve("d").toString(), "--once");
        assertEquals(1, stat.code());
        assertTrue(stat.err().contains("the last one wrote at 20"), stat.err());
    }

    /** False where the engine has ended, or decided all, before it was killed. */
    private static boolean isKilledInTime(int seconds, String udp, Path dir) throws Exception {
        List<String> args = new ArrayList<>(List.of(
                "fraud-service",
                "--rate",
                "2000",
                "--seconds",
                Integer.toString(seconds),
                "--kill-after",
                "1",
                "--dir",
                dir.resolve("d").toString(),
                "--json",
                dir.resolve("table.json").toString()));
        args.addAll(udp.isEmpty() ? List.of() : List.of(udp));
        try (ChildJvm run = ChildJvm.startBy(FIRST_COMPILER, dir, args.toArray(new String[0]))) {
            Console c = run.end();
            if (c.code() == 1 && c.err().contains("the engine has ended before it was to be killed, with 0")) {
                return false;
            }
            assertEquals(0, c.code(), c.err() + c.out());
            Map<String, String> table = new LinkedHashMap<>();
            c.out().lines().forEach(l -> table.put(l.substring(0, l.indexOf("  ")), l.substring(l.indexOf("  ") + 2)));
            int sent = 2_000 * seconds;
            assertEquals("" + sent, table.get("sent"));
            assertEquals("0", table.get("missing"));
            assertEquals("0", table.get("decided twice"));
            assertEquals(sent, number(table, "decided") + number(table, "in flight at kill"));
            assertTrue(table.get("held").matches("yes|no"), c.out()); // by the machine
            assertTrue(Files.notExists(dir.resolve("d/aeron")));
            String json = Files.readString(dir.resolve("table.json"));
            String begin = "{\"sent\": " + sent + ", \"decided\": " + table.get("decided") + ",";
            assertTrue(json.startsWith(begin), json);
            if (table.get("restart s").isEmpty()) {
                return false; // nothing was left to be decided behind it
            }
            assertTrue(number(table, "decided") > 0 && number(table, "p50 us") > 0, c.out());
            assertTrue(number(table, "restart s") > 0, c.out());
            return true;
        }
    }

    /** A process that cannot be started: what it says would go to a directory. */
    @Test
    void shouldLeaveNoTableWhereItDoesNotWork(@TempDir Path dir) throws Exception {
        Files.createDirectories(dir.resolve("d/desk.err"));
        Path table = dir.resolve("table.json");
        Console c = Console.run("fraud-service", "--dir", dir.resolve("d").toString(), "--json", table.toString());
        assertEquals(1, c.code(), c.out());
        assertTrue(c.err().contains("desk.err"), c.err());
        assertFalse(Files.exists(table));
    }

    /** What the killed engine had never taken was not in its hands: it is missing, and the exit code says so. */
    @Test
    void shouldCallMissingWhatWasLostOnItsWayToTheKilledEngine(@TempDir Path dir) throws Exception {
        Service service = new Service(new ServiceOptions(1000, 1, false, 0), dir, null, true);
        SharedDir shared = new SharedDir(dir);
        shared.write("gateway.result", "sent  1000\n");
        shared.write("engine.result", "taken  510\ntaken before  400\nsent before  490\nmissed  0\n");
        shared.write("desk.result", "decided  900\ndecided before  390\n");
        assertEquals(1, service.report(null, true), "10 were in flight, 90 dropped while nobody listened");
        shared.write("desk.result", "decided  990\ndecided before  390\n");
        assertEquals(0, service.report(null, true));
        assertEquals(1, service.report(null, false));
    }

    /** By the last decision, as each command does that sends at a rate; whether all were decided is another matter. */
    @Test
    void shouldSayWhetherTheRateWasHeld(@TempDir Path dir) throws Exception {
        assertEquals("yes", Desk.held(7, Held.BACKLOG_NS_MAX));
        assertEquals("no", Desk.held(7, Held.BACKLOG_NS_MAX + 1));
        assertEquals("", Desk.held(0, 0));
        Service service = new Service(new ServiceOptions(1000, 1, false, -1), dir, null, true);
        SharedDir shared = new SharedDir(dir);
        shared.write("gateway.result", "sent  1000\n");
        shared.write("engine.result", "taken  1000\n");
        shared.write("desk.result", "decided  1000\nheld  no\n");
        assertEquals(0, service.report(null, false));
        Path table = dir.resolve("table.json");
        try (FileOutput json = FileOutput.create(table.toString())) {
            service.report(json, false);
        }
        assertTrue(Files.readString(table).contains("\"held\": \"no\""), Files.readString(table));
    }

    /** Over UDP nobody keeps what comes while no engine lives: the next one knows by the first number how much that was. */
    @Test
    void shouldCountWhatWasOnItsWayToNobodyOverUdp() {
        Map<String, String> gateway = Map.of("sent", "1000");
        Map<String, String> desk = Map.of("decided", "900", "decided before", "390", "decided twice", "0");
        Map<String, String> engine = Map.of("taken", "510", "taken before", "400", "sent before", "490");
        Outcome udp = Outcome.of(gateway, engine, desk, true, true);
        assertEquals(new Outcome(1_000L, 900, 0, 100), udp);
        assertTrue(udp.isGood());
        assertEquals("90", Outcome.of(gateway, engine, desk, true, false).missing(), "by shared memory it is kept");
        assertEquals("100", Outcome.of(gateway, engine, desk, false, true).missing(), "nobody was killed");
        Map<String, String> more = Map.of("taken", "600", "taken before", "490", "sent before", "400");
        assertEquals(
                100,
                Outcome.of(gateway, more, desk, true, true).inFlight(),
                "it had taken more than it has numbers of");
        Outcome lost = Outcome.of(Map.of("sent", "1001"), engine, desk, true, true);
        assertEquals("1", lost.missing());
        assertFalse(lost.isGood());
        assertFalse(new Outcome(1_000L, 900, 1, 100).isGood(), "one was decided twice");
    }

    /** Its three roles over UDP, here in one process. */
    @Test
    @Timeout(180)
    void shouldDecideAllOverUdp(@TempDir Path dir) throws Exception {
        List<Thread> all = new ArrayList<>();
        List<Integer> codes = Collections.synchronizedList(new ArrayList<>());
        for (String role : List.of("desk", "engine", "gateway")) {
            List<String> args = new ArrayList<>(List.of(role, "--dir", dir.toString()));
            args.addAll(role.equals("desk") ? List.of("--udp") : List.of());
            args.addAll(role.equals("gateway") ? List.of("--rate", "1000", "--seconds", "1") : List.of());
            Thread t = new Thread(() -> {
                try {
                    codes.add(new FraudServiceCommand().run(args));
                } catch (UsageException e) {
                    throw new IllegalStateException(e);
                }
            });
            t.start();
            all.add(t);
            if (role.equals("desk")) {
                new SharedDir(dir).await("channels", "desk"); // which clears what is there
            }
        }
        for (Thread t : all) {
            t.join();
        }
        assertEquals(List.of(0, 0, 0), codes);
        assertTrue(new SharedDir(dir).paymentsChannel().startsWith("aeron:udp"));
        assertEquals("1000", new SharedDir(dir).result("desk.result").get("decided"));
        assertTrue(new SharedDir(dir).result("desk.result").get("held").matches("yes|no"));
        assertEquals("0", new SharedDir(dir).result("engine.result").get("missed"));
    }

    /** An engine that was killed before it had decided anything. */
    @Test
    void shouldMeasureTheRestartToTheFirstDecisionBehindIt() {
        long killedNs = 5_000_000_000L;
        assertEquals("1.500", Service.restartSeconds(killedNs, 6_500_000_000L, 1_000_000_000L));
        assertEquals("0.250", Service.restartSeconds(killedNs, 0, 5_250_000_000L));
        assertEquals("", Service.restartSeconds(0, 0, 5_250_000_000L));
        assertEquals("", Service.restartSeconds(killedNs, 0, 0));
    }

    @Test
    void shouldNameANearestProcessOnlyWhereOneIsNear() {
        String err = Console.run("fraud-service", "foo", "--dir", "x").err();
        assertEquals("millrace fraud-service: foo: no such process; use gateway, engine or desk\n", err);
    }

    /** Both wait for the desk, which makes the directory. */
    @ParameterizedTest
    @Timeout(180)
    @ValueSource(strings = {"gateway", "engine"})
    void shouldLeaveNothingBehindWhereNoDeskComes(String role, @TempDir Path dir) throws Exception {
        Path shared = dir.resolve("d");
        int[] code = {-1};
        Thread waiting = new Thread(() -> {
            try {
                code[0] = new FraudServiceCommand().run(List.of(role, "--dir", shared.toString()));
            } catch (UsageException e) {
                throw new IllegalStateException(e);
            }
        });
        waiting.setDaemon(true);
        waiting.start();
        // it asks, sleeps, and asks again; no other thread tells when it has begun to
        while (waiting.isAlive() && waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        waiting.interrupt();
        waiting.join(60_000);
        assertFalse(waiting.isAlive());
        assertEquals(Command.INTERRUPTED, code[0]);
        assertTrue(Files.notExists(shared));
    }

    private static double number(Map<String, String> table, String label) {
        return Double.parseDouble(table.get(label));
    }

    @ParameterizedTest
    @CsvSource({
        "engin --dir x,the nearest is engine",
        "desk --dir x --json t,--json",
        "engine --dir x --udp,--udp",
        "desk --dir x --rate 5,--rate",
        "--rate 1000000 --seconds 1000000,--seconds",
        "desk,--dir: is missing",
        "gateway --dir x --kill-after 1,--kill-after",
        "--kill-after 11,not possible",
        "--kill-after 10,not possible",
        "--rates 5,the nearest is --rate",
    })
    void shouldRefuseWhatMakesNoSense(String args, String what) {
        Console c = Console.run(("fraud-service " + args).split(" "));
        assertEquals(2, c.code());
        assertTrue(c.err().contains(what), c.err());
    }
}
