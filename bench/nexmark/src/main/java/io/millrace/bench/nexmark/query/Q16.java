package io.millrace.bench.nexmark.query;

import static io.millrace.operators.window.Window.global;

import io.millrace.bench.nexmark.Bid;
import io.millrace.bench.nexmark.Tables;
import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceOutput;
import java.time.LocalTime;

/** The same as q15, of each channel, with the last minute of the day in which there was a bid. */
final class Q16 implements Query {
    private static final int CHANNEL_BYTES = 500;

    private static final class OfChannel extends Day.Counts {
        final TextValue channel = textKey(0);
        final LongValue day = longKey(1);
        final LongValue minute = max(Step::minute);
    }

    @Override
    public Columns columns() {
        return Day.counts(Columns.of().text("channel").key().date("day").key().text("minute"));
    }

    @Override
    public void build(TopologyBuilder t, Tables from, InPlaceOutput<Row, RowWriter> result) {
        EventStream<Bid> bids = t.from(from.bid());
        Day.steps(
                        bids,
                        bids.keyByFields(k -> k.text(CHANNEL_BYTES, Bid::channel)
                                .number(Day::of)
                                .number(Bid::bidder)),
                        bids.keyByFields(k -> k.text(CHANNEL_BYTES, Bid::channel)
                                .number(Day::of)
                                .number(Bid::auction)))
                .keyByFields(k -> k.text(CHANNEL_BYTES, Step::channel).number(Step::day))
                .window("of-channel", global().emitOnUpdate())
                .aggregate(OfChannel::new)
                .to(
                        result,
                        (c, row) ->
                                c.put(row.text(c.channel.get()).put(c.day.get()).text(clock(c.minute.get()))));
    }

    private static String clock(long minute) {
        return LocalTime.ofSecondOfDay(60 * minute).toString();
    }
}
