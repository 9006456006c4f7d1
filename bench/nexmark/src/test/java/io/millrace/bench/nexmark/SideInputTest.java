package io.millrace.bench.nexmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.cli.UsageException;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvWriter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** q13 beside loops over both tables: the table of the bids' auctions as published, and one in a file. */
class SideInputTest {
    private static final int BIDS = 2_000;
    private static final long START_MS = 1_436_918_400_000L;

    private record Known(long key, String value) {}

    @TempDir
    Path folder;

    private final Random random = new Random(13);

    @Test
    void shouldPutBesideEachBidWhatIsPublishedOfItsAuction() throws Exception {
        List<Long> auctions = writeBids();
        List<Known> published = new ArrayList<>();
        for (long key = 0; key < 10_000; key++) {
            published.add(new Known(key, "" + key));
        }
        assertEquals(expected(auctions, published), rows());
        assertTrue(auctions.stream().anyMatch(a -> a > 10_000), "beyond the table once around");
        assertTrue(auctions.stream().anyMatch(a -> a < 0), "those have no row");
    }

    /** Some keys, in no order: a bid without a row goes. */
    @Test
    void shouldPutBesideEachBidTheRowOfAFile() throws Exception {
        List<Long> auctions = writeBids();
        List<Known> known = new ArrayList<>();
        for (long key = -2_000; key < 10_000; key++) {
            if (random.nextInt(3) == 0) {
                known.add(new Known(key, "of \"" + known.size() + "\", é"));
            }
        }
        Collections.shuffle(known, random);
        Path side = folder.resolve("side.csv");
        try (CsvWriter out = CsvWriter.create(side.toString(), "more", "value", "key")) {
            for (Known k : known) {
                out.putText("").putText(k.value()).putLong(k.key()).endRow();
            }
        }
        assertEquals(expected(auctions, known), rows("--side", side.toString()));
        Files.writeString(side, "key,value\n7,seven\nseven,7\n8\n");
        assertEquals(expected(auctions, List.of(new Known(7, "seven"))), rows("--side", side.toString()));
        Files.writeString(side, "key,value\n");
        assertEquals(List.of(), rows("--side", side.toString()));
    }

    /** Nothing comes out of it: all rows of the table are read before the first bid. */
    @Test
    void shouldRefuseAKeyThatStandsTwice() throws Exception {
        writeBids();
        Path side = Files.writeString(folder.resolve("side.csv"), "key,value\n7,a\n-8,\"b\nb\"\n9,c\n-08,d\n7,e\n");
        Path out = folder.resolve("rows.csv");
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertEquals(1, run(out, "--side", side.toString()));
        } finally {
            System.setErr(err);
        }
        assertEquals(
                "millrace nexmark: " + side + ":6: a key stands twice in the table; -8, first in line 3;"
                        + " keep one row of each key\n",
                said.toString(StandardCharsets.UTF_8));
        assertEquals(1, Files.readAllLines(out).size(), "its header");
    }

    /** The rows that are published for q0 are the bids: with one column more they are these. */
    @Test
    void shouldPutBesideTheSharedBidsWhatIsPublished() throws Exception {
        assumeTrue(Shared.folder() != null, Shared.ABSENT);
        Path bids = folder.resolve("q0.csv");
        Path both = folder.resolve("q13.csv");
        assertEquals(0, Shared.run("q0", bids));
        assertEquals(0, Shared.run("q13", both));
        List<String> expected = new ArrayList<>();
        for (String row : Files.readAllLines(bids)) {
            boolean isHeader = expected.isEmpty();
            expected.add(
                    row + ',' + (isHeader ? "value" : Long.parseLong(row.substring(0, row.indexOf(','))) % 10_000));
        }
        assertTrue(expected.size() > 1, expected::toString);
        assertEquals(expected, Files.readAllLines(both));
    }

    /** Auctions on both sides of the table's ends, and far from it. */
    private List<Long> writeBids() throws Exception {
        List<Long> auctions = new ArrayList<>();
        try (CsvWriter out = CsvWriter.create(
                folder.resolve("bid.csv").toString(),
                "auction",
                "bidder",
                "price",
                "channel",
                "url",
                "date_time",
                "extra")) {
            for (int i = 0; i < BIDS; i++) {
                long auction = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(40_000) - 10_000;
                auctions.add(auction);
                out.putLong(auction).putLong(i).putLong(1).putText("c").putText("u");
                out.putEpochMs(START_MS + random.nextInt(1_000)).putText("").endRow();
            }
        }
        return auctions;
    }

    private static List<String> expected(List<Long> auctions, List<Known> known) {
        List<String> rows = new ArrayList<>();
        for (int bidder = 0; bidder < auctions.size(); bidder++) {
            long auction = auctions.get(bidder);
            String value = null;
            for (Known k : known) {
                value = k.key() == auction - auction / 10_000 * 10_000 ? k.value() : value;
            }
            if (value != null) {
                rows.add(auction + " " + bidder + " " + value);
            }
        }
        return rows;
    }

    private int run(Path out, String... more) throws UsageException {
        List<String> words = new ArrayList<>(List.of(
                "--query=q13", "--quiet", "--bids", folder.resolve("bid.csv").toString(), "--out", out.toString()));
        words.addAll(List.of(more));
        return new NexmarkCommand("none").run(words);
    }

    private List<String> rows(String... more) throws Exception {
        Path out = folder.resolve("rows.csv");
        assertEquals(0, run(out, more));
        List<String> rows = new ArrayList<>();
        try (CsvReader reader = CsvReader.open(out.toString(), "auction", "bidder", "value")) {
            while (reader.next()) {
                rows.add(reader.row().asLong(0) + " " + reader.row().asLong(1) + " "
                        + reader.row().asText(2));
            }
        }
        return rows;
    }
}
