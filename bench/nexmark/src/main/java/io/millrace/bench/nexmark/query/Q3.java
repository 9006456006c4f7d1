package io.millrace.bench.nexmark.query;

import io.millrace.bench.nexmark.Auction;
import io.millrace.bench.nexmark.Person;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import io.millrace.operators.join.JoinKind;
import java.util.Set;

/** Who in three states sells things of category 10: two tables, whose rows come in any order. */
final class Q3 implements Query {
    private static final long CATEGORY = 10;
    private static final Set<String> STATES = Set.of("or", "id", "ca");

    @Override
    public Columns columns() {
        return Columns.of().text("name").text("city").text("state").number("id").key();
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        KeyedStream<Person> persons =
                t.from(from.person()).keyBy(Person::id).deleteWhen(p -> !STATES.contains(p.state()));
        t.from(from.auction())
                .keyBy(Auction::id)
                .deleteWhen(a -> a.category() != CATEGORY)
                .foreignKeyJoin("seller", Auction::seller, persons, JoinKind.INNER)
                .to(
                        result,
                        (j, row) -> row.copy(j.right(), Person.NAME, Person.CITY, Person.STATE)
                                .copy(j.left(), Auction.ID));
    }
}
