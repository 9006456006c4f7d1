package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.On;
import java.util.List;

/** Numbers of a day. Who is counted once is found by a key of its own, so that there may be any number of them. */
final class Day {
    static final long MS = 86_400_000;

    private static final long MS_PER_MINUTE = 60_000;
    private static final long RANK2_FROM = 10_000;
    private static final long RANK3_FROM = 1_000_000;

    private Day() {}

    static long of(Bid bid) {
        return Math.floorDiv(bid.dateTime(), MS);
    }

    static long minute(Bid bid) {
        return Math.floorMod(bid.dateTime(), MS) / MS_PER_MINUTE;
    }

    static int rank(Bid bid) {
        return bid.price() < RANK2_FROM ? 1 : bid.price() < RANK3_FROM ? 2 : 3;
    }

    /** One bit for all prices, one for its rank. */
    private static long ranks(Bid bid) {
        return 1 | 1L << rank(bid);
    }

    /** Tells when a bid is the first of its key, or of its key and rank. */
    static final class Firsts extends KeyedProcess {
        final LongState seen = longState("seen");
        final EmitInPlace<Step, RowWriter> steps = emits("steps", Step.TYPE);
        private final int subject;

        Firsts(On<Bid> bids, int subject) {
            this.subject = subject;
            on(bids, this::bid);
        }

        private void bid(Bid bid) {
            long fresh = ranks(bid) & ~seen.get();
            if (fresh != 0) {
                seen.set(seen.get() | fresh);
                Step.put(bid, subject, fresh, steps.begin());
                steps.end();
            }
        }
    }

    /** The bids, and what is first of a bidder or an auction. */
    static EventStream<Step> steps(EventStream<Bid> bids, KeyedStream<Bid> byBidder, KeyedStream<Bid> byAuction) {
        return bids.map(Step.TYPE, (b, step) -> Step.put(b, Step.BIDS, ranks(b), step))
                .merge(firsts("bidders", byBidder, Step.BIDDERS))
                .merge(firsts("auctions", byAuction, Step.AUCTIONS));
    }

    private static EventStream<Step> firsts(String name, KeyedStream<Bid> bids, int subject) {
        return bids.process(name, Query.FOREVER, (On<Bid> all) -> new Firsts(all, subject))
                .out(f -> f.steps);
    }

    /** The columns of {@link Counts}. */
    static Columns counts(Columns behind) {
        for (String of : List.of("bids", "bidders", "auctions")) {
            behind.number("total_" + of);
            for (int rank = 1; rank <= 3; rank++) {
                behind.number("rank" + rank + "_" + of);
            }
        }
        return behind;
    }

    /** Bids, bidders and auctions, of all prices and of each rank. */
    static class Counts extends Aggregates<Step> {
        final LongValue bids = sum(s -> s.adds(Step.BIDS, 0));
        final LongValue bids1 = sum(s -> s.adds(Step.BIDS, 1));
        final LongValue bids2 = sum(s -> s.adds(Step.BIDS, 2));
        final LongValue bids3 = sum(s -> s.adds(Step.BIDS, 3));
        final LongValue bidders = sum(s -> s.adds(Step.BIDDERS, 0));
        final LongValue bidders1 = sum(s -> s.adds(Step.BIDDERS, 1));
        final LongValue bidders2 = sum(s -> s.adds(Step.BIDDERS, 2));
        final LongValue bidders3 = sum(s -> s.adds(Step.BIDDERS, 3));
        final LongValue auctions = sum(s -> s.adds(Step.AUCTIONS, 0));
        final LongValue auctions1 = sum(s -> s.adds(Step.AUCTIONS, 1));
        final LongValue auctions2 = sum(s -> s.adds(Step.AUCTIONS, 2));
        final LongValue auctions3 = sum(s -> s.adds(Step.AUCTIONS, 3));

        final void put(RowWriter row) {
            row.put(bids.get()).put(bids1.get()).put(bids2.get()).put(bids3.get());
            row.put(bidders.get()).put(bidders1.get()).put(bidders2.get()).put(bidders3.get());
            row.put(auctions.get()).put(auctions1.get()).put(auctions2.get()).put(auctions3.get());
        }
    }
}
