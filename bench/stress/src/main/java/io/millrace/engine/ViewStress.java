package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.operator.Flow;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A row is read while it is replaced, and all rows while one entry changes two of them. */
public final class ViewStress {
    record Row(long key, long one, long other) {}

    private static final Output<Row> ROWS = Output.of("rows", Row.class);

    private ViewStress() {}

    private static View<Row> view() {
        View<Row> view = View.of(ROWS, Row::key).rowsAtMost(2);
        send(view, 0, 1);
        view.flush();
        return view;
    }

    /** One entry: both rows. */
    private static void send(View<Row> view, long entry, long number) {
        Flow meta = new Flow();
        meta.begin(entry, 1, null, 0);
        try {
            view.on(new Row(0, number, number), meta);
            view.on(new Row(1, number, number), meta);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One row. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "as it stood")
    @Outcome(id = "2, 2, 0", expect = Expect.ACCEPTABLE, desc = "as it stands now")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a torn row, or none")
    @State
    public static class OneRow {
        private final View<Row> view = view();

        @Actor
        public void writer() {
            send(view, 1, 2);
            view.flush();
        }

        @Actor
        public void reader(JJJ_Result r) {
            Row row = view.get(1);
            r.r1 = row.one();
            r.r2 = row.other();
        }
    }

    /** All rows, and the entry that they stand at. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "as they stood behind the first entry")
    @Outcome(id = "2, 2, 1", expect = Expect.ACCEPTABLE, desc = "as they stand behind the second")
    @Outcome(expect = Expect.FORBIDDEN, desc = "rows of two entries, or rows of one and the place of another")
    @State
    public static class AllRows {
        private final View<Row> view = view();

        @Actor
        public void writer() {
            send(view, 1, 2);
            view.flush();
        }

        @Actor
        public void reader(JJJ_Result r) {
            View.Rows<Row> all = view.all();
            r.r1 = all.rows().get(0).one();
            r.r2 = all.rows().get(1).other();
            r.r3 = all.sequence();
        }
    }
}
