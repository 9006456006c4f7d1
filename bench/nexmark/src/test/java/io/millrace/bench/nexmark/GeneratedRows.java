package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.PlainQueries.A;
import io.millrace.bench.nexmark.PlainQueries.B;
import io.millrace.bench.nexmark.PlainQueries.P;
import io.millrace.bench.nexmark.generate.Generator;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.event.EventWriter;
import java.util.ArrayList;
import java.util.List;

/** Generated events as lists. */
final class GeneratedRows {
    private GeneratedRows() {}

    static PlainQueries plain(long seed, int events) {
        List<P> persons = new ArrayList<>();
        List<A> auctions = new ArrayList<>();
        List<B> bids = new ArrayList<>();
        Generator generator = new Generator(seed);
        for (int n = 0; n < events; n++) {
            switch (Generator.table(n)) {
                case Generator.PERSON -> {
                    Person p = row(generator, n, Person.TYPE);
                    persons.add(new P(p.id(), p.name(), p.text(Person.CITY), p.state(), p.dateTime()));
                }
                case Generator.AUCTION -> {
                    Auction a = row(generator, n, Auction.TYPE);
                    auctions.add(new A(
                            a.id(),
                            a.text(Auction.ITEM_NAME),
                            a.text(Auction.DESCRIPTION),
                            a.number(Auction.INITIAL_BID),
                            a.number(Auction.RESERVE),
                            a.dateTime(),
                            a.expires(),
                            a.seller(),
                            a.category(),
                            a.text(Auction.EXTRA)));
                }
                default -> {
                    Bid b = row(generator, n, Bid.TYPE);
                    bids.add(new B(b.auction(), b.bidder(), b.price(), b.channel(), b.url(), b.dateTime(), b.extra()));
                }
            }
        }
        return new PlainQueries(persons, auctions, bids);
    }

    static <V extends Row> V row(Generator generator, long event, RowType<V> type) {
        byte[] bytes = new byte[type.maxLength()];
        EventWriter<RowWriter> writer = type.newWriter();
        generator.fill(event, writer.wrap(bytes, 0, bytes.length));
        return type.newView().wrap(bytes, 0, writer.length());
    }
}
