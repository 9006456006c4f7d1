package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.state.Pages;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A {@link With} where a branch waits, so that an answer may come entries after its event. The event and its answers so
 * far are kept, as bytes, until the last answer comes. The result comes with that, with the latest of their times. The
 * reason in its header is that of the event or, if it has none, that of the first branch that gives one.
 *
 * <p><b>Unanswered events.</b> An event that a branch dropped gets no result. When progress has passed the time by
 * which it had to be answered (counted from progress for an event behind it), what is kept of it goes, and it is
 * counted as unanswered.
 *
 * <p><b>Bound.</b> The budget. What finds no room goes to the dead letters ({@code over-bound}). Its event is given up
 * and counted: what else there is of it goes at once, and later answers are dropped.
 *
 * @param <T> the type of the base's events
 * @param <R> the type of the result
 */
public final class WithWaiting<T, R> implements Operator<T, R> {
    /** Most events given up for an entry. */
    static final int FIRINGS = 64;

    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), WithWaitingNode.class);

    final int parts;
    final With.Combiner combiner;
    final long withinNs;

    private WithWaiting(int branches, With.Combiner combiner, long withinNs) {
        this.parts = branches + 1;
        this.combiner = combiner;
        this.withinNs = withinNs;
    }

    /**
     * Makes the operator.
     *
     * @param branches how many branches, 1 to 4
     * @param combiner makes the result, as for {@link With}
     * @param withinNs how many nanoseconds after the time of an event its last answer may come
     * @param <T>      the type of the base's events
     * @param <R>      the type of the result
     * @return the operator
     */
    public static <T, R> WithWaiting<T, R> of(int branches, With.Combiner combiner, long withinNs) {
        return new WithWaiting<>(branches, Objects.requireNonNull(combiner, "views"), withinNs);
    }

    @Override
    public String word() {
        return "with";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return parts;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return null; // a record of views has no layout of its own
    }

    @Override
    public Answers answers() {
        return Answers.EXACTLY_ONE;
    }

    @Override
    public long answersWithinNs() {
        return withinNs;
    }

    @Override
    public boolean keepsState() {
        return true;
    }

    /** An event is kept until it is answered, and answered again when it comes again. */
    @Override
    public boolean countsEvents(int input) {
        return false;
    }

    @Override
    public boolean keepsKey() {
        return false;
    }

    @Override
    public boolean matchesInputs() {
        return true;
    }

    @Override
    public int maxFirings() {
        return FIRINGS;
    }

    @Override
    public int firingsOfEvent(int input) {
        return input == 0 ? 1 : 0;
    }

    /** Version 1 did not have how far firing lags behind. */
    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    public int maxOutputsPerFiring() {
        return 0; // firing gives up what will not be answered
    }

    /** Rows, the heap of their dues, its cells, and blocks for each part. */
    @Override
    public long leastStateBytes() {
        return (3L + parts) * Pages.PAGE_BYTES * 4 / 3;
    }

    @Override
    public Map<String, String> settings() {
        return Collections.singletonMap("waits", Duration.ofNanos(withinNs).toString());
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            EventType<?> type = inputs.get(i);
            if (type == null) {
                result.add((i == 0 ? "its event" : "the answer of its branch " + i)
                        + " is untyped and must be kept, because another branch waits; use map(type, function)");
            } else if (AnswerBlocks.longs(type) > Pages.PAGE_LONGS - 1) {
                result.add(
                        type.name() + " has " + type.maxLength()
                                + " bytes and must be kept in a page of state, because a branch waits; shorten its text fields");
            }
        }
        return result;
    }
}
