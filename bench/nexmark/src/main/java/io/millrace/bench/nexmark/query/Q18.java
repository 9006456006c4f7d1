package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The last bid of each bidder in each auction; of several of one time that whose last column comes first. */
final class Q18 implements Query {
    static final class Last extends KeyedProcess {
        final Kept<Bid> last = keeps("last", Bid.TYPE);
        final Emit<Bid> bids = emits("bids", Bid.TYPE);

        Last(On<Bid> all) {
            on(all, this::bid);
        }

        private void bid(Bid bid) {
            if (!last.isPresent() || comesBefore(bid, last.get())) {
                last.set(bid);
                bids.emit(bid);
            }
        }

        private static boolean comesBefore(Bid bid, Bid other) {
            return bid.dateTime() != other.dateTime()
                    ? bid.dateTime() > other.dateTime()
                    : bid.extra().compareTo(other.extra()) < 0;
        }
    }

    @Override
    public Columns columns() {
        return Columns.of()
                .number("auction")
                .key()
                .number("bidder")
                .key()
                .number("price")
                .text("channel")
                .text("url")
                .time("date_time")
                .text("extra");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .keyBy(Bid::bidder, Bid::auction)
                .process("last", FOREVER, Last::new)
                .out(l -> l.bids)
                .to(result, (b, row) -> row.copy(b, Bid.ALL));
    }
}
