package io.millrace.bench.nexmark.query;

import static io.millrace.operators.join.Interval.sameWindow;
import static io.millrace.operators.window.Window.tumbling;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Person;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.time.Duration;

/** Who has come, and sold something, within the same ten seconds. */
final class Q8 implements Query {
    private static final Duration SIZE = Duration.ofSeconds(10);
    private static final int NAME_BYTES = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    private static final class Newcomer extends Aggregates<Person> {
        final LongValue id = longKey(0);
        final TextValue name = textKey(1);
        final LongValue rows = count();
    }

    private static final class Seller extends Aggregates<Auction> {
        final LongValue auctions = count();
    }

    @Override
    public Columns columns() {
        return Columns.of().number("id").text("name").time("starttime");
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        KeyedStream<Seller> sellers = t.from(from.auction())
                .keyBy(Auction::seller)
                .window("sellers", tumbling(SIZE).windowsAtMost(WINDOWS_AT_MOST))
                .aggregate(Seller::new);
        t.from(from.person())
                .keyByFields(k -> k.number(Person::id).text(NAME_BYTES, Person::name))
                .window("newcomers", tumbling(SIZE).windowsAtMost(WINDOWS_AT_MOST))
                .aggregate(Newcomer::new)
                .keyBy(p -> p.id.get())
                .join("sold", sellers, sameWindow(SIZE))
                .to(
                        result,
                        (j, row) -> row.put(j.left().id.get())
                                .text(j.left().name.get())
                                .put(j.left().windowStartNs() / NS_PER_MS));
    }
}
