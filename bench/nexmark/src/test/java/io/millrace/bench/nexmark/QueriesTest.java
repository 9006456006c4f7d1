package io.millrace.bench.nexmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.bench.nexmark.PlainQueries.A;
import io.millrace.bench.nexmark.PlainQueries.B;
import io.millrace.bench.nexmark.PlainQueries.P;
import io.millrace.bench.nexmark.generate.Generator;
import io.millrace.bench.nexmark.query.Queries;
import io.millrace.transport.file.CsvWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each query gives what loops over all rows give, whatever the order of the rows. */
class QueriesTest {
    /** Every value once; few prices and times; few prices, and every time once. */
    private static final int PLAIN = 0, TIES = 1, PRICE_TIES = 2;

    /** SQL does not say which of equal rows is first. */
    private static final Set<String> NO_TIES = Set.of("q6", "q9", "q18", "q19");

    /** Of equal prices the earlier bid. */
    private static final String ORDERED_BY_TIME = "q9";

    /** In two days, before and behind midnight. */
    private static final long START_MS = 1_436_918_380_000L;

    private static final int SEED = 7;

    private static final int GENERATED = 3_000;
    private static final int MANY = 151_000;

    /** One of each rank, and one twice. */
    private static final long[] PRICES = {500, 20_000, 2_000_000, 2_000_000};

    @TempDir
    static Path folder;

    private static final List<PlainQueries> EXPECTED = new ArrayList<>();

    private static PlainQueries generated;
    private static PlainQueries many;

    @BeforeAll
    static void writeFiles() throws Exception {
        generated = GeneratedRows.plain(3, GENERATED);
        for (int ties = PLAIN; ties <= PRICE_TIES; ties++) {
            Files.createDirectories(folder.resolve("" + ties));
            EXPECTED.add(
                    new Rows(new Random(SEED + ties), ties != PLAIN, ties == TIES).write(folder.resolve("" + ties)));
        }
    }

    static List<String> queries() {
        return Queries.names();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void shouldGiveWhatLoopsOverAllRowsGive(String query) throws Exception {
        requireWhatLoopsGive(query, PLAIN);
        if (!NO_TIES.contains(query)) {
            requireWhatLoopsGive(query, TIES);
        }
        if (query.equals(ORDERED_BY_TIME)) {
            requireWhatLoopsGive(query, PRICE_TIES);
        }
    }

    /** In order, so that what is over is told before the end, and state is given up. */
    @ParameterizedTest
    @MethodSource("queries")
    void shouldGiveWhatLoopsGiveOverGeneratedEvents(String query) throws Exception {
        assertGenerated(query, GENERATED, generated);
    }

    private static void assertGenerated(String query, int events, PlainQueries expected) throws Exception {
        Path out = folder.resolve("generated " + query + " " + events + ".csv");
        int code = new NexmarkCommand("none")
                .run(List.of(
                        "--query", query, "--events", "" + events, "--seed=3", "--out", out.toString(), "--quiet"));
        assertEquals(0, code);
        List<String> rows = Files.readAllLines(out).stream().skip(1).sorted().toList();
        assertEquals(String.join("\n", expected.rows(query)), String.join("\n", rows));
    }

    /** With {@code millrace.long} also those whose windows of ten seconds are shut as the hops and sessions of the other two are. */
    static List<Arguments> windowed() {
        List<Arguments> all = new ArrayList<>(List.of(Arguments.of("q5", 22_000), Arguments.of("q11", MANY)));
        if (Boolean.getBoolean("millrace.long")) {
            all.addAll(List.of(Arguments.of("q7", 101_000), Arguments.of("q8", 101_000)));
        }
        return all;
    }

    /** Of so many, 10,000 a second, that windows and sessions end before the input does; a bidder is gone after five seconds. */
    @ParameterizedTest
    @MethodSource("windowed")
    void shouldGiveWhatLoopsGiveWhereWindowsEndBeforeTheInput(String query, int events) throws Exception {
        if (many == null) {
            many = GeneratedRows.plain(3, MANY);
        }
        assertGenerated(query, events, many.before(Generator.timeMs(events)));
    }

    /** The final table of an aggregate of all rows has one row, as SQL has. */
    @Test
    void shouldGiveOneRowWithoutValueWhereThereIsNone() throws Exception {
        assertGenerated("q106", 2, GeneratedRows.plain(3, 2));
        assertEquals(List.of("min_final", "\"\""), Files.readAllLines(folder.resolve("generated q106 2.csv")));
    }

    private static void requireWhatLoopsGive(String query, int ties) throws Exception {
        Path in = folder.resolve("" + ties);
        Path out = in.resolve(query + ".csv");
        int code = new NexmarkCommand("none")
                .run(List.of(
                        "--query",
                        query,
                        "--quiet",
                        "--persons",
                        in.resolve("person.csv").toString(),
                        "--auctions",
                        in.resolve("auction.csv").toString(),
                        "--bids",
                        in.resolve("bid.csv").toString(),
                        "--out",
                        out.toString()));
        assertEquals(0, code);
        List<String> lines = Files.readAllLines(out);
        List<String> expected = EXPECTED.get(ties).rows(query);
        assertFalse(expected.isEmpty(), query);
        assertEquals(
                String.join("\n", expected),
                String.join("\n", lines.stream().skip(1).sorted().toList()));
    }

    /** Few ids, so that everything meets; with ties also few prices and times, at the ends of windows. */
    private record Rows(Random random, boolean ties, boolean timeTies) {
        PlainQueries write(Path into) throws Exception {
            List<P> persons = new ArrayList<>();
            List<A> auctions = new ArrayList<>();
            List<B> bids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                persons.add(new P(1_000 + i, text("name"), text("city"), one("or", "id", "ca", "az"), time(i)));
            }
            for (int i = 0; i < 50; i++) {
                long t = time(i);
                auctions.add(new A(
                        1_000 + i,
                        text("item"),
                        text("text"),
                        random.nextInt(100),
                        random.nextInt(200),
                        t,
                        t + random.nextInt(30) * 1_000,
                        1_000 + random.nextInt(ties ? 50 : 4),
                        10 + random.nextInt(3),
                        text("é")));
            }
            for (int i = 0; i < 600; i++) {
                bids.add(new B(
                        1_000 + (random.nextInt(3) == 0 ? 7 : random.nextInt(60)),
                        random.nextInt(12),
                        ties
                                ? PRICES[random.nextInt(PRICES.length)]
                                : random.nextInt(10) == 0 ? i : 1_000 * random.nextInt(100_000) + i,
                        one("Apple", "google", "channel-1", "Facebook", "BAIDU"),
                        url(),
                        time(i),
                        text("c")));
            }
            Collections.shuffle(persons, random);
            Collections.shuffle(auctions, random);
            Collections.shuffle(bids, random);
            writePersons(into, persons);
            writeAuctions(into, auctions);
            writeBids(into, bids);
            return new PlainQueries(persons, auctions, bids);
        }

        /** Half a minute around midnight; each time once, or whole seconds. */
        private long time(int i) {
            return START_MS + (timeTies ? 1_000 * random.nextInt(40) : 1_000 * random.nextInt(40) + i);
        }

        private String one(String... texts) {
            return texts[random.nextInt(texts.length)];
        }

        private String text(String stem) {
            return stem + stem.repeat(random.nextInt(3)) + random.nextInt(1_000);
        }

        private String url() {
            return one(
                    "https://a/b/c/d/e?query=1", "http:/", "channel_id=5", "https://x/y?a&channel_id=77&channel_id=8");
        }

        private static void writePersons(Path into, List<P> rows) throws Exception {
            try (CsvWriter out = CsvWriter.create(
                    into.resolve("person.csv").toString(),
                    "id",
                    "name",
                    "email_address",
                    "credit_card",
                    "city",
                    "state",
                    "date_time",
                    "extra")) {
                for (P p : rows) {
                    out.putLong(p.id())
                            .putText(p.name())
                            .putText("")
                            .putText("")
                            .putText(p.city());
                    out.putText(p.state()).putEpochMs(p.t()).putText("").endRow();
                }
            }
        }

        private static void writeAuctions(Path into, List<A> rows) throws Exception {
            try (CsvWriter out = CsvWriter.create(
                    into.resolve("auction.csv").toString(),
                    "seller",
                    "id",
                    "item_name",
                    "description",
                    "initial_bid",
                    "reserve",
                    "date_time",
                    "expires",
                    "category",
                    "extra")) {
                for (A a : rows) {
                    out.putLong(a.seller()).putLong(a.id()).putText(a.item()).putText(a.description());
                    out.putLong(a.first())
                            .putLong(a.reserve())
                            .putEpochMs(a.t())
                            .putEpochMs(a.expires());
                    out.putLong(a.category()).putText(a.extra()).endRow();
                }
            }
        }

        private static void writeBids(Path into, List<B> rows) throws Exception {
            try (CsvWriter out = CsvWriter.create(
                    into.resolve("bid.csv").toString(),
                    "auction",
                    "bidder",
                    "price",
                    "channel",
                    "url",
                    "date_time",
                    "extra")) {
                for (B b : rows) {
                    out.putLong(b.auction())
                            .putLong(b.bidder())
                            .putLong(b.price())
                            .putText(b.channel());
                    out.putText(b.url()).putEpochMs(b.t()).putText(b.extra()).endRow();
                }
            }
        }
    }
}
