package io.millrace.bench.nexmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.nexmark.generate.Generator;
import io.millrace.bench.nexmark.row.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The generated events have the proportions, skews and sizes that are published. */
class GeneratorTest {
    private static final int EVENTS = 100_000;

    private record Seen(long who, long what, int bytes, String extra) {}

    @Test
    void shouldMakeTheSameRowForTheSameSeedInWhateverOrder() {
        Generator one = new Generator(5);
        String later = bid(one, 77_777);
        bid(one, 4);
        assertEquals(later, bid(new Generator(5), 77_777));
        assertNotEquals(later, bid(new Generator(6), 77_777));
    }

    private static String bid(Generator generator, long event) {
        return GeneratedRows.row(generator, event, Bid.TYPE).toString();
    }

    @Test
    void shouldMakeTwoPersonsAndSixAuctionsOfAHundredEvents() {
        int[] tables = new int[3];
        for (int n = 0; n < EVENTS; n++) {
            tables[Generator.table(n)]++;
        }
        assertEquals(List.of(2_000, 6_000, 92_000), List.of(tables[0], tables[1], tables[2]));
        assertEquals(10_000, Generator.timeMs(EVENTS) - Generator.timeMs(0));
    }

    @Test
    void shouldMakeIdsThatFollowEachOther() {
        Generator generator = new Generator(1);
        long person = 1_000;
        long auction = 1_000;
        for (int n = 0; n < 5_000; n++) {
            if (Generator.table(n) == Generator.PERSON) {
                assertEquals(
                        person++, GeneratedRows.row(generator, n, Person.TYPE).id());
            } else if (Generator.table(n) == Generator.AUCTION) {
                Auction a = GeneratedRows.row(generator, n, Auction.TYPE);
                assertEquals(auction++, a.id());
                assertTrue(a.expires() > a.dateTime() && a.category() >= 10 && a.category() <= 14, a::toString);
            }
        }
    }

    @Test
    void shouldSendHalfOfTheBidsToHotAuctionsAndThreeOfFourToHotPeople() {
        List<Seen> bids = new ArrayList<>();
        List<Seen> auctions = new ArrayList<>();
        List<Integer> persons = new ArrayList<>();
        Generator generator = new Generator(1);
        for (int n = 0; n < EVENTS; n++) {
            if (Generator.table(n) == Generator.BID) {
                Bid b = GeneratedRows.row(generator, n, Bid.TYPE);
                int counted =
                        size(b) - b.text(Bid.CHANNEL).length() - b.text(Bid.URL).length();
                bids.add(new Seen(b.bidder(), b.auction(), counted, b.channel()));
            } else if (Generator.table(n) == Generator.AUCTION) {
                Auction a = GeneratedRows.row(generator, n, Auction.TYPE);
                auctions.add(new Seen(a.seller(), a.id(), size(a) - 8, a.text(Auction.EXTRA)));
            } else {
                persons.add(size(GeneratedRows.row(generator, n, Person.TYPE)) - 8);
            }
        }
        // a hundredth of the others is there by chance
        near(0.505, bids, b -> b.what % 100 == 0);
        near(0.7525, bids, b -> b.who % 100 == 1);
        near(0.7525, auctions, a -> a.who % 100 == 0);
        near(0.5, bids, b -> Set.of("Google", "Facebook", "Baidu", "Apple").contains(b.extra));
        // as published: neither channel and address of a bid nor a number of an auction and of a person is counted
        assertSizes(500, auctions.stream().map(Seen::bytes).toList());
        assertSizes(100, bids.stream().map(Seen::bytes).toList());
        assertSizes(200, persons);
    }

    /** What is missing of the mean, give or take a fifth of that, is added to each row: none is further from the mean than a fifth of it. */
    private static void assertSizes(int mean, List<Integer> bytes) {
        assertEquals(mean, bytes.stream().collect(Collectors.averagingInt(b -> b)), 0.01 * mean);
        bytes.forEach(b -> assertEquals(mean, b, 0.2 * mean, "bytes of a row"));
    }

    private static void near(double share, List<Seen> of, Predicate<Seen> which) {
        assertEquals(share, (double) of.stream().filter(which).count() / of.size(), 0.03);
    }

    /** As the generator counts it: 8 bytes a number, and the texts. */
    private static int size(Row row) {
        int size = 0;
        for (int i = 0; i < row.columns().size(); i++) {
            size += row.columns().kind(i) == io.millrace.bench.nexmark.row.Kind.TEXT
                    ? row.text(i).length()
                    : 8;
        }
        return size;
    }
}
