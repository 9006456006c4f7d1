package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The ten highest bids of each auction. */
final class Q19 implements Query {
    private static final int BEST = 10;

    static final class Best extends KeyedProcess {
        final KeptList<Bid> best = list("best", Bid.TYPE, BEST);
        final EmitInPlace<Row, RowWriter> ranks = emits("ranks", RANKED);

        Best(On<Bid> bids) {
            on(bids, this::bid);
        }

        /** In the list bids stand by rank only where they came so: a rank is counted. */
        private void bid(Bid bid) {
            int own = rank(bid.price(), best.size());
            if (own > BEST) {
                return;
            }
            if (best.isFull()) {
                best.remove(last());
            }
            best.add(bid);
            for (int i = 0; i < best.size(); i++) {
                int rank = rank(best.get(i).price(), i);
                if (rank >= own) {
                    ranks.begin().copy(best.get(i), Bid.ALL).put(rank);
                    ranks.end();
                }
            }
        }

        /** Of equal prices the one that came first is before. */
        private int rank(long price, int place) {
            int rank = 1;
            for (int i = 0; i < best.size(); i++) {
                long other = best.get(i).price();
                rank += other > price || other == price && i < place ? 1 : 0;
            }
            return rank;
        }

        private int last() {
            int last = 0;
            for (int i = 1; i < best.size(); i++) {
                last = best.get(i).price() <= best.get(last).price() ? i : last;
            }
            return last;
        }
    }

    private static final RowType<Row> RANKED = RowType.of("ranked", ranked());

    private static Columns ranked() {
        return Columns.of()
                .number("auction")
                .key()
                .number("bidder")
                .number("price")
                .text("channel")
                .text("url")
                .time("date_time")
                .text("extra")
                .number("rank_number")
                .key();
    }

    @Override
    public Columns columns() {
        return ranked();
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        t.from(from.bid())
                .keyBy(Bid::auction)
                .process("best", FOREVER, Best::new)
                .out(b -> b.ranks)
                .to(result, (r, row) -> row.copy(r, 0, 1, 2, 3, 4, 5, 6, 7));
    }
}
