package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EventType;
import io.millrace.event.InPlaceOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The mean of the lowest bids for the auctions of a seller, over the eleven last to its time: {@code ORDER BY B.price} takes the
 * lowest. A row is known when its auction ends; those behind it in time, ten at most, then have other means.
 */
final class Q6 implements Query {
    /** A seller's auctions that are known; one more is a dead letter. */
    private static final int AUCTIONS_AT_MOST = 1_024;

    private static final int ROWS = 11;

    record Sale(long auction, long seller, long price, long timeMs) {}

    record Mean(long seller, long sum, long count, long auction) {}

    /** The sales of a seller, in the order of their time. */
    static final class Means extends KeyedProcess {
        final KeptList<Sale> sales = list("sales", EventType.of(Sale.class), AUCTIONS_AT_MOST);
        final Emit<Mean> means = emits("means", Mean.class);

        Means(On<Sale> sold) {
            emitsAtMost(ROWS);
            on(sold, this::sold);
        }

        private void sold(Sale sale) {
            sales.add(sale);
            List<Sale> byTime = new ArrayList<>();
            for (int i = 0; i < sales.size(); i++) {
                byTime.add(sales.get(i));
            }
            byTime.sort(Comparator.comparingLong(Sale::timeMs).thenComparingLong(Sale::auction));
            int first = byTime.lastIndexOf(sale);
            for (int i = first; i < Math.min(byTime.size(), first + ROWS); i++) {
                List<Sale> rows = byTime.subList(Math.max(0, i + 1 - ROWS), i + 1);
                long sum = rows.stream().mapToLong(Sale::price).sum();
                means.emit(
                        new Mean(sale.seller(), sum, rows.size(), byTime.get(i).auction()));
            }
        }
    }

    @Override
    public Columns columns() {
        return Columns.of().number("seller").average("avg").hiddenKey("auction");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        Won.lowest(t, from)
                .map(Sale.class, w -> new Sale(w.auction(), w.seller(), w.price(), w.bidTime()))
                .keyBy(Sale::seller)
                .process("means", FOREVER, Means::new)
                .out(m -> m.means)
                .to(
                        result,
                        (m, row) ->
                                row.put(m.seller()).average(m.sum(), m.count()).put(m.auction()));
    }
}
