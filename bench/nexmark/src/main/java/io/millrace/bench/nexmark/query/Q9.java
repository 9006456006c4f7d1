package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;

/** The bid that wins each auction: the highest, of several the first. */
final class Q9 implements Query {
    @Override
    public Columns columns() {
        return Won.columns9();
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        Won.highest(t, from).to(result, (w, row) -> row.copy(w, Won.ALL));
    }
}
