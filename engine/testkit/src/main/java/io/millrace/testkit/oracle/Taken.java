package io.millrace.testkit.oracle;

import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.testkit.TestDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongToIntFunction;

/** An output that is compared, and how. */
record Taken<V>(Output<V> output, Order order, Function<? super V, ?> key) {
    /** Whether the order matters. */
    enum Order {
        EXACT,
        BY_STEP,
        BY_KEY,
        NONE
    }

    @SuppressWarnings("unchecked") // the oracle gives what the output takes
    Out out(long timeNs, EntryForm form, Reason reason, Object value, int step) {
        Object k = key == null ? null : key.apply((V) value);
        int at = order == Order.BY_STEP ? step : Out.ANY_STEP;
        return new Out(timeNs, form, reason, String.valueOf(value), k, at);
    }

    /** A step is where all that stands between its first entry and that of the next came out. */
    List<Out> of(TestDriver driver, LongToIntFunction steps) {
        List<Meta> metas = driver.metas(output);
        List<V> values = driver.take(output);
        List<Out> result = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Meta m = metas.get(i);
            result.add(out(m.timeNs(), m.form(), m.reason(), values.get(i), steps.applyAsInt(m.sequence())));
        }
        return result;
    }
}
