package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.time.Duration;

/** A query of NEXMark. To add one: a class, and a line in {@link Queries}. */
public interface Query {
    /** For state that SQL keeps for as long as the query runs. */
    Duration FOREVER = Duration.ofDays(36_500);

    /** Windows of a key that may be open at a time: as many as rows may be out of order. */
    int WINDOWS_AT_MOST = 4_096;

    /** Rows of a join that one row may be beside. */
    int MATCHES_AT_MOST = 1 << 16;

    /** What its result has for columns; where some are a key, a row takes the place of the one before it of its key. */
    Columns columns();

    /**
     * Says how it is computed.
     *
     * @param t      the topology
     * @param from   the tables
     * @param result gets the rows
     */
    void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result);
}
