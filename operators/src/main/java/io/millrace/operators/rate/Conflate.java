package io.millrace.operators.rate;

import io.millrace.event.EventType;
import io.millrace.event.InPlaceType;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.operators.Fn.Fn2;
import io.millrace.operators.Fn.Writer2;
import io.millrace.operators.join.DueByKey;
import io.millrace.state.Pages;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes one event of those of a key in a period of event time: the latest of them, or what a function makes of them.
 * Periods are aligned to the epoch, {@code [start, end)}. The event comes out when progress has reached the end,
 * stamped {@code end - 1}; those of one end come in the order of their first events. A period without events gives
 * nothing.
 *
 * <p>The latest event is the one with the largest time and, of one time, the last to come. A function gets what it has
 * made so far, at first the first event, and the next event in the order of the input.
 *
 * <p><b>Late events.</b> An event of a period that progress has passed is late: it goes to the output {@code late}, or
 * to the dead letters. An event behind progress in a period that is still open is taken.
 *
 * <p><b>Firing.</b> Before an event, the due periods of its own key come out, 2 at most, however many others are due.
 *
 * <p><b>State and bounds.</b> One event for each key and open period. The bound of keys is one of keys with an open
 * period; there are as many periods as the state budget has room for.
 *
 * @param <T> the type of the events
 */
public final class Conflate<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), ConflateNode.class);

    /** The output of late events. */
    public static final int LATE = 1;

    /** Each structure takes pages of its own, and the index half of what there is. */
    private static final long LEAST_PAGES = DueByKey.STRUCTURES + 3;

    final long periodNs;
    final KeyInfo key;
    final Fn2<? super T, ? super T, ? extends T> merge;
    final InPlaceType<T, ?> filled;
    final Writer2<? super T, ? super T, ?> fill;

    private Conflate(
            Duration period,
            KeyInfo key,
            Fn2<? super T, ? super T, ? extends T> merge,
            InPlaceType<T, ?> filled,
            Writer2<? super T, ? super T, ?> fill) {
        this.periodNs = Spans.positiveNs("conflate", "a period of", period);
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        this.merge = merge;
        this.filled = filled;
        this.fill = fill;
    }

    /**
     * Makes the latest event of each period.
     *
     * @param period the length of a period, positive
     * @param key    the key of the stream; null if it is not known
     * @param <T>    the type of the events
     * @return the operator
     */
    public static <T> Conflate<T> latest(Duration period, KeyInfo key) {
        return new Conflate<>(period, key, null, null, null);
    }

    /**
     * Makes of the events of each period what a function makes of them.
     *
     * @param period the length of a period, positive
     * @param key    the key of the stream; null if it is not known
     * @param merge  makes one event of what there is so far and the next event
     * @param <T>    the type of the events
     * @return the operator
     */
    public static <T> Conflate<T> merging(Duration period, KeyInfo key, Fn2<? super T, ? super T, ? extends T> merge) {
        return new Conflate<>(period, key, Objects.requireNonNull(merge, "merge"), null, null);
    }

    /**
     * Makes of the events of each period what a function fills in place.
     *
     * @param period the length of a period, positive
     * @param key    the key of the stream; null if it is not known
     * @param type   the layout of the stream's events
     * @param fill   fills one event from what there is so far and the next event
     * @param <T>    the type of the events, as readers see them
     * @param <W>    the type of the events, as the function fills them
     * @return the operator
     */
    public static <T, W> Conflate<T> filling(
            Duration period, KeyInfo key, InPlaceType<T, W> type, Writer2<? super T, ? super T, ? super W> fill) {
        return new Conflate<>(
                period, key, null, Objects.requireNonNull(type, "type"), Objects.requireNonNull(fill, "fill"));
    }

    @Override
    public String word() {
        return "conflate";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public List<String> ports() {
        return List.of("out", "late");
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return inputs.get(0);
    }

    @Override
    public Answers answers() {
        return Answers.AT_MOST_ONE;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public int maxFirings() {
        return 64;
    }

    /** It is in one period, or late. */
    @Override
    public long outputsOfEvent(int input) {
        return 1;
    }

    /** Version 1 had no timeline of what is due of a key. */
    @Override
    public int stateVersion() {
        return 2;
    }

    /** An event that is late goes on beside what is due of its key. */
    @Override
    public int maxOutputs() {
        return DueByKey.BEFORE_EVENT;
    }

    @Override
    public long leastStateBytes() {
        return LEAST_PAGES * Pages.PAGE_BYTES;
    }

    /** Longs of a period. */
    static int longs(EventType<?> type) {
        return ConflateNode.EVENT + (type.maxLength() + 7) / 8;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("period", Duration.ofNanos(periodNs).toString());
        result.put("keeps", merge == null && fill == null ? "the latest" : "what a function makes");
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        return result;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        EventType<?> type = inputs.get(0);
        if (type == null) {
            return List.of("conflate keeps events, and its input is untyped; use map(type, function)");
        }
        List<String> result = new ArrayList<>();
        if (DueByKey.blockLongs(longs(type)) > Pages.PAGE_LONGS - 1) {
            result.add("conflate keeps an event in a page of " + Pages.PAGE_BYTES + " bytes, and " + type.name()
                    + " has " + type.maxLength() + "; shorten its text fields");
        }
        if (filled != null && !filled.layout().equals(type.layout())) {
            result.add("conflate fills " + filled.name() + " and its input brings " + type.name()
                    + "; give it the type of its input");
        }
        return result;
    }
}
