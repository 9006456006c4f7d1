package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.query.Queries;
import io.millrace.bench.nexmark.query.Query;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;

/**
 * A query with its inputs and its output.
 *
 * @param tables   the inputs, of which it uses some
 * @param type     the rows of its result
 * @param result   its output
 * @param topology what runs
 */
record Prepared(Tables tables, RowType<Row> type, InPlaceOutput<Row, RowWriter> result, Topology topology) {
    private static final long STATE_BYTES_MIN = 256L << 20;

    /** By its name, which has to be known. */
    static Prepared of(String name, Duration disorder, Duration lead) {
        Query query = Queries.of(name);
        Tables tables = Tables.of(disorder, lead);
        RowType<Row> type = RowType.of("result", query.columns());
        InPlaceOutput<Row, RowWriter> result = Output.of("result", type);
        Topology topology = Millrace.topology(name, t -> query.build(t, tables, result));
        return new Prepared(tables, type, result, topology);
    }

    /** Whether it reads a table. */
    boolean uses(InPlaceInput<?, ?> input) {
        return inputs().stream().anyMatch(i -> i.name().equals(input.name()));
    }

    /** The tables that it reads. */
    List<Input<?>> inputs() {
        return topology.inputs();
    }

    /** Publishes the table that is known before the first event, as published; to a query that does not read it, nothing. */
    void fillSide(Inline engine) {
        if (uses(tables.side())) {
            Claims<RowWriter> claims = engine.claims(tables.side());
            for (long key = 0; key < Side.ROWS; key++) {
                Side.fill(key, claims.claim());
                claims.commit();
            }
        }
    }

    /** How many rows there may be follows from the memory of the JVM. */
    Setup setUp() {
        return Engine.of(topology)
                .stateBudget(Math.max(STATE_BYTES_MIN, Runtime.getRuntime().maxMemory() / 2));
    }
}
