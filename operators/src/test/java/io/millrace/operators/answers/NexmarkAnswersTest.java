package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Queries of NEXMark over 20 people, 40 auctions and 50 bids, against the rows that RisingWave publishes for them. Of the 25
 * queries five have rows: 0, 1, 2, 3 and 7.
 */
class NexmarkAnswersTest {
    record Bid(long auction, long bidder, long price, long timeMs) {}

    record Auction(long id, long seller, long category, long timeMs) {}

    record Person(
            long id,
            @Length(40) String name,
            @Length(40) String city,
            @Length(2) String state,
            long timeMs) {}

    /** The price in thousandths. */
    record Converted(long auction, long bidder, long price, long timeMs) {}

    record Local(
            @Length(40) String name,
            @Length(40) String city,
            @Length(2) String state,
            long auction) {}

    private static final Input<Bid> BIDS = Input.of("bids", Bid.class).eventTime(Bid::timeMs, MILLISECONDS);
    private static final Input<Auction> AUCTIONS =
            Input.of("auctions", Auction.class).eventTime(Auction::timeMs, MILLISECONDS);
    private static final Input<Person> PEOPLE =
            Input.of("people", Person.class).eventTime(Person::timeMs, MILLISECONDS);
    private static final Output<Bid> OUT = Output.of("out", Bid.class);
    private static final Output<Converted> CONVERTED = Output.of("converted", Converted.class);
    private static final Output<Local> LOCALS = Output.of("locals", Local.class);

    private static List<List<String>> csv(String name) {
        return Shared.text("nexmark/" + name)
                .lines()
                .skip(1)
                .map(l -> List.of(l.split(",")))
                .toList();
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }

    private static long millis(String time) {
        return LocalDateTime.parse(time.replace(' ', 'T'))
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
    }

    private static List<Bid> bids() {
        return csv("bid.csv").stream()
                .map(c -> new Bid(number(c.get(0)), number(c.get(1)), number(c.get(2)), millis(c.get(5))))
                .sorted(Comparator.comparingLong(Bid::timeMs))
                .toList();
    }

    /** The rows that are published: columns by tabs, or by blanks where there are no tabs. */
    private static List<String> expected(int query, Function<String[], String> row) {
        List<String> rows = new ArrayList<>();
        Shared.text("nexmark/expected/q" + query + ".slt")
                .lines()
                .dropWhile(l -> !l.equals("----"))
                .skip(1)
                .filter(l -> !l.isBlank())
                .forEach(l -> rows.add(row.apply(l.contains("\t") ? l.split("\t") : l.split(" +"))));
        assertFalse(rows.isEmpty());
        return rows.stream().sorted().toList();
    }

    private static <V> List<String> put(Output<V> output, Consumer<TopologyBuilder> words) {
        TestDriver driver = TestDriver.of(Millrace.topology("nexmark", words));
        bids().forEach(b -> driver.send(BIDS, b));
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        return driver.take(output).stream().map(String::valueOf).sorted().toList();
    }

    private static String bid(String... c) {
        String time = c.length == 5 ? c[3] + " " + c[4] : c[3];
        return new Bid(number(c[0]), number(c[1]), number(c[2]), millis(time)).toString();
    }

    @Test
    void shouldPassBidsOn() {
        assertEquals(
                expected(0, NexmarkAnswersTest::bid), put(OUT, t -> t.from(BIDS).to(OUT)));
    }

    @Test
    void shouldConvertPricesExactly() {
        List<String> published = expected(
                1,
                c -> new Converted(
                                number(c[0]),
                                number(c[1]),
                                new BigDecimal(c[2]).movePointRight(3).longValueExact(),
                                millis(c[3]))
                        .toString());
        assertEquals(
                published,
                put(
                        CONVERTED,
                        t -> t.from(BIDS)
                                .to(
                                        CONVERTED,
                                        b -> new Converted(b.auction(), b.bidder(), b.price() * 908, b.timeMs()))));
    }

    @Test
    void shouldSelectBidsOfSomeAuctions() {
        List<Long> some = List.of(1007L, 1020L, 2001L, 2019L, 2087L);
        assertEquals(
                expected(2, c -> new Bid(number(c[0]), 0, number(c[1]), 0).toString()),
                put(
                        OUT,
                        t -> t.from(BIDS)
                                .filter(b -> some.contains(b.auction()))
                                .to(OUT, b -> new Bid(b.auction(), 0, b.price(), 0))));
    }

    @Test
    void shouldFindSellersOfSomeStates() {
        List<String> published = expected(3, c -> new Local(c[0], c[1], c[2], number(c[3])).toString());
        TestDriver driver = TestDriver.of(Millrace.topology("q3", t -> {
            KeyedStream<Auction> auctions =
                    t.from(AUCTIONS).filter(a -> a.category() == 10).keyBy(Auction::seller);
            auctions.lookup("seller", t.table("sellers", PEOPLE, Person::id))
                    .filter(j -> j.hasRight()
                            && List.of("or", "id", "ca").contains(j.right().state()))
                    .to(
                            LOCALS,
                            j -> new Local(
                                    j.right().name(),
                                    j.right().city(),
                                    j.right().state(),
                                    j.left().id()));
        }));
        csv("person.csv")
                .forEach(c -> driver.send(
                        PEOPLE, new Person(number(c.get(0)), c.get(1), c.get(4), c.get(5), millis(c.get(6)))));
        csv("auction.csv")
                .forEach(c -> driver.send(
                        AUCTIONS, new Auction(number(c.get(0)), number(c.get(7)), number(c.get(8)), millis(c.get(5)))));
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(
                published,
                driver.take(LOCALS).stream().map(String::valueOf).sorted().toList());
    }

    @Test
    void shouldFindTheHighestBidOfEachTenSeconds() {
        assertEquals(
                expected(7, c -> bid(c[0], c[2], c[1], c[3], c[4])),
                put(
                        OUT,
                        t -> t.from(BIDS)
                                .keyBy(b -> 0)
                                .conflate("highest", Duration.ofSeconds(10), (a, b) -> a.price() >= b.price() ? a : b)
                                .to(OUT)));
    }
}
