package io.millrace.bench.nexmark.query;

import static io.millrace.operators.window.Window.global;

import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The mean of the prices at which the auctions of a category end. */
final class Q4 implements Query {
    private static final class Mean extends Aggregates<Won> {
        final LongValue category = longKey();
        final LongValue sum = sum(Won::price);
        final LongValue count = count();
    }

    @Override
    public Columns columns() {
        return Columns.of().number("category").key().average("avg");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        Won.highest(t, from)
                .keyBy(Won::category)
                .window("mean", global().emitOnUpdate())
                .aggregate(Mean::new)
                .to(result, (m, row) -> row.put(m.category.get()).average(m.sum.get(), m.count.get()));
    }
}
