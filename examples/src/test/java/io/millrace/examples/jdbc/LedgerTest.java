package io.millrace.examples.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final int COUNT = 12_000;
    private static final int KILLS = 2;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    @Test
    void shouldBookEachTransferOnceHoweverOftenItIsKilled() throws Exception {
        Random random = new Random(Long.getLong("millrace.seed", 1));
        String[] command = {"ledger", "--dir", folder.toString(), "--count", Integer.toString(COUNT), "--rate", "8000"};
        for (int i = 0; i < KILLS; i++) {
            try (ChildJvm jvm = ChildJvm.start(folder, null, command)) {
                awaitMore(jvm.process(), folder.resolve("db/ledger.log"), random.nextInt(40_000));
                jvm.process().destroyForcibly().waitFor();
            }
        }
        Console end = Console.run(command);
        assertEquals(0, end.code(), end.err());
        assertTrue(Long.parseLong(end.out().lines().findFirst().orElse("").replaceAll("\\D", "")) > 0, end.out());
        assertEquals(model(), rows());
        assertRunsAgain();
    }

    @Test
    void shouldSayWhatIsWrongWithItsDirectory() throws Exception {
        Path file = Files.writeString(folder.resolve("plain.csv"), "a");
        Console c = Console.run("ledger", "--dir", file.toString());
        assertEquals(1, c.code());
        assertTrue(c.err().startsWith("millrace ledger: --dir " + file + ": cannot be used ("), c.err());
        assertTrue(c.err().endsWith("); name another directory\n"), c.err());
    }

    /** What the journal has makes the same, without the database. */
    private void assertRunsAgain() throws Exception {
        String journal = folder.resolve("journal").toString();
        Path out = folder.resolve("again");
        Console again = Console.run("replay", "--journal", journal, "--out", out.toString());
        assertTrue(again.out().endsWith(" entries, digest equal\n"), again.out() + again.err());
        List<String> bookings = Files.readAllLines(out.resolve("bookings.csv"));
        assertEquals(
                1
                        + model().stream()
                                .mapToLong(r -> Long.parseLong(r.split(" ")[1]))
                                .sum(),
                bookings.size());
        Console same = Console.run("what-if", "--journal", journal, "--topology", "ledger");
        assertTrue(
                same.out().endsWith("\nnew 0, gone 0, changed 0, same " + (bookings.size() - 1) + "\n"),
                same.out() + same.err());
        Console why = Console.run("explain", "--journal", journal, "--output", "bookings/9.0");
        if (why.code() != 0) { // a tick has come at that place: those beside it are named
            String near = why.err().replaceAll("(?s).*the nearest: (bookings/[0-9]+[.][0-9]+).*", "$1");
            why = Console.run("explain", "--journal", journal, "--output", near);
        }
        assertEquals(0, why.code(), why.out() + why.err());
    }

    /** More than there is now; or that it has ended, where this machine has had no time to look before. */
    private static void awaitMore(Process writes, Path file, long bytes) throws Exception {
        long until = System.nanoTime() + PATIENCE_NS;
        long least = size(file) + bytes;
        while (writes.isAlive() && size(file) <= least) {
            assertTrue(System.nanoTime() < until, "nothing is written to " + file);
            Thread.sleep(2); // a process writes it; any length is right
        }
    }

    private static long size(Path file) {
        return file.toFile().length(); // 0 where there is none
    }

    private List<String> rows() throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = Ledger.connect(folder);
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("select account, bookings, cents from balances order by account")) {
            while (row.next()) {
                rows.add(row.getLong(1) + " " + row.getLong(2) + " " + row.getLong(3));
            }
        }
        return rows;
    }

    /** With maps. */
    private static List<String> model() {
        TreeMap<Long, long[]> accounts = new TreeMap<>(); // transfers, bookings, cents
        for (long n = 0; n < COUNT; n++) {
            Ledger.Transfer t = Ledger.Transfer.of(n);
            long[] a = accounts.computeIfAbsent(t.account(), k -> new long[3]);
            boolean fee = ++a[0] % 10 == 0;
            a[1] += fee ? 2 : 1;
            a[2] += t.cents() - (fee ? 25 : 0);
        }
        List<String> rows = new ArrayList<>();
        accounts.forEach((account, a) -> rows.add(account + " " + a[1] + " " + a[2]));
        return rows;
    }
}
