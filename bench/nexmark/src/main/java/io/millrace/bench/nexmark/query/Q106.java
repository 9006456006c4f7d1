package io.millrace.bench.nexmark.query;

import static io.millrace.operators.window.Window.global;

import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The least of the prices at which auctions end. */
final class Q106 implements Query {
    private static final class Least extends Aggregates<Won> {
        final LongValue price = min(Won::price);
    }

    @Override
    public Columns columns() {
        return Columns.of().number("min_final").oneRow();
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        Won.highest(t, from)
                .keyBy(w -> 0)
                .window("least", global().emitOnUpdate())
                .aggregate(Least::new)
                .to(result, (l, row) -> row.put(l.price.get()).put(0));
    }
}
