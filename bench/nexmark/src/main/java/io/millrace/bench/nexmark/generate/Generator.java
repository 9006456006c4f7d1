package io.millrace.bench.nexmark.generate;

import io.millrace.bench.nexmark.row.RowWriter;
import java.time.Instant;

/**
 * The events of NEXMark, with the proportions, the skews and the sizes of its generator: of 50 events one is a person, three are
 * auctions, 46 are bids; half of the bids go to an auction in a hundred, three of four bids and auctions to a person in a hundred.
 * Event n is a function of the seed and n, so that two runs see the same rows, at whatever rate they are sent. Times are
 * {@value #EVENTS_PER_SECOND} events a second, and never go back.
 */
public final class Generator {
    /** How event time goes on. */
    public static final int EVENTS_PER_SECOND = 10_000;

    /** The tables, as {@link #table} names them. */
    public static final int PERSON = 0, AUCTION = 1, BID = 2;

    private static final int PERSONS = 1;
    private static final int AUCTIONS = 3;
    private static final int EPOCH = 50;
    private static final long START_MS = Instant.parse("2015-07-15T00:00:00Z").toEpochMilli();

    private static final long FIRST_ID = 1_000;
    private static final long ID_LEAD = 10;
    private static final long ACTIVE_PERSONS = 1_000;
    private static final long AUCTIONS_IN_FLIGHT = 100;
    private static final int HOT_AUCTION = 2;
    private static final int HOT_SELLER = 4;
    private static final int HOT_BIDDER = 4;
    private static final int HOT_ONE_IN = 100;
    private static final int FIRST_CATEGORY = 10;
    private static final int CATEGORIES = 5;

    private static final int PERSON_BYTES = 200;
    private static final int AUCTION_BYTES = 500;
    private static final int BID_BYTES = 100;
    private static final int NUMBER_BYTES = 8;

    /** One fewer than it has: the published sizes leave one out. */
    private static final int AUCTION_NUMBERS = 6;

    private static final int ITEM_LETTERS = 20;
    private static final int DESCRIPTION_LETTERS = 100;

    private final long seed;
    private final SplitMix random = new SplitMix(0);
    private final Texts texts;
    private final People people;
    private final Channels channels;
    private final StringBuilder text = new StringBuilder();

    /** Of a seed. */
    public Generator(long seed) {
        this.seed = seed;
        texts = new Texts(seed, random);
        people = new People(random, texts);
        channels = new Channels(seed, random);
    }

    /** Of which table an event is a row. */
    public static int table(long event) {
        long place = event % EPOCH;
        return place < PERSONS ? PERSON : place < PERSONS + AUCTIONS ? AUCTION : BID;
    }

    /** The time of an event. */
    public static long timeMs(long event) {
        return START_MS + event * 1_000 / EVENTS_PER_SECOND;
    }

    /** Fills the row of an event. */
    public void fill(long event, RowWriter into) {
        random.at(seed, event);
        switch (table(event)) {
            case PERSON -> person(event, into);
            case AUCTION -> auction(event, into);
            default -> bid(event, into);
        }
    }

    private void person(long event, RowWriter into) {
        into.put(FIRST_ID + lastPerson(event));
        int size = NUMBER_BYTES + people.put(into);
        into.put(timeMs(event));
        extra(size, PERSON_BYTES, into);
    }

    private void auction(long event, RowWriter into) {
        long timeMs = timeMs(event);
        long firstBid = price();
        into.put(FIRST_ID + lastAuction(event)).text(someText(ITEM_LETTERS));
        int size = AUCTION_NUMBERS * NUMBER_BYTES + text.length();
        into.text(someText(DESCRIPTION_LETTERS)).put(firstBid).put(firstBid + price());
        size += text.length();
        into.put(timeMs).put(timeMs + lengthMs(event)).put(seller(event));
        into.put(FIRST_CATEGORY + random.below(CATEGORIES));
        extra(size, AUCTION_BYTES, into);
    }

    private void bid(long event, RowWriter into) {
        into.put(biddenAuction(event)).put(bidder(event)).put(price());
        channels.put(into);
        into.put(timeMs(event));
        extra(4 * NUMBER_BYTES, BID_BYTES, into);
    }

    private StringBuilder someText(int most) {
        text.setLength(0);
        return texts.shortText(text, most, ' ');
    }

    private void extra(int size, int meanSize, RowWriter into) {
        int length = texts.extraLength(size, meanSize);
        into.ascii(texts.pool(), texts.place(length), length);
    }

    /** From 1.00 to 1,000,000.00, each power of ten as often. */
    private long price() {
        return Math.round(StrictMath.pow(10, random.unit() * 6) * 100);
    }

    /** So that as many auctions are open at a time, more or less. */
    private long lengthMs(long event) {
        long events = AUCTIONS_IN_FLIGHT * EPOCH / AUCTIONS;
        return 1 + random.below(Math.max(1, 2 * (timeMs(event + events) - timeMs(event))));
    }

    // ---- who and what; numbers count from 0

    private static long lastPerson(long event) {
        return event / EPOCH * PERSONS + Math.min(event % EPOCH, PERSONS - 1);
    }

    private static long lastAuction(long event) {
        long place = event % EPOCH - PERSONS;
        return place < 0 ? event / EPOCH * AUCTIONS - 1 : event / EPOCH * AUCTIONS + Math.min(place, AUCTIONS - 1);
    }

    private long seller(long event) {
        return FIRST_ID + (random.below(HOT_SELLER) > 0 ? hot(lastPerson(event)) : somePerson(event));
    }

    private long bidder(long event) {
        return FIRST_ID + (random.below(HOT_BIDDER) > 0 ? hot(lastPerson(event)) + 1 : somePerson(event));
    }

    private long biddenAuction(long event) {
        long last = lastAuction(event);
        if (random.below(HOT_AUCTION) > 0) {
            return FIRST_ID + hot(last);
        }
        long first = Math.max(last - AUCTIONS_IN_FLIGHT, 0);
        return FIRST_ID + first + random.below(last - first + 1 + ID_LEAD);
    }

    private static long hot(long last) {
        return last / HOT_ONE_IN * HOT_ONE_IN;
    }

    /** One of those who came last, or who come soon. */
    private long somePerson(long event) {
        long persons = lastPerson(event) + 1;
        long active = Math.min(persons, ACTIVE_PERSONS);
        return persons - active + random.below(active + ID_LEAD);
    }
}
