package io.millrace.bench.nexmark.query;

import static io.millrace.operators.window.Window.global;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Bid;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.operators.Joined;
import io.millrace.operators.join.JoinKind;

/** How many bids an auction has. */
final class BidCount extends Aggregates<Bid> {
    /** From here on there are many. */
    static final long MANY = 20;

    final LongValue bids = count();

    static KeyedStream<Joined<Auction, BidCount>> withAuctions(
            EventStream<Auction> auctions, KeyedStream<Bid> bidsByAuction, JoinKind kind) {
        KeyedStream<BidCount> counts =
                bidsByAuction.window("bids-of-auction", global().emitOnUpdate()).aggregate(BidCount::new);
        return auctions.keyBy(Auction::id).tableJoin("beside-the-count", counts, kind);
    }
}
