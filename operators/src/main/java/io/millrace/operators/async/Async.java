package io.millrace.operators.async;

import io.millrace.event.EventType;
import io.millrace.event.LookupPort;
import io.millrace.event.RefusedException;
import io.millrace.operator.Answers;
import io.millrace.operator.GivenRow;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.Joined;
import io.millrace.operators.JoinedType;
import io.millrace.operators.Stored;
import io.millrace.state.Pages;
import io.millrace.time.Times;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Asks an outside service about each event (input 0), and puts the answer beside the event. Input 1 brings the replies
 * of its {@link LookupPort}. Nothing is called here: requests leave by the output {@code requests}, and replies are
 * entries of the one order of input. So the output is a function of the log, and a replay asks nobody.
 *
 * <p><b>One answer for each event.</b> It is the reply, if that comes before the deadline. Otherwise, at the deadline
 * or when the reply says that it failed, it is the fallback: a pair that has no right side but shows the fallback
 * there, marked with the reason {@code TIMED_OUT} or {@code NO_ANSWER}. If no fallback is declared, the event goes to
 * the output {@code unanswered}; if nothing reads that, it leaves a dead letter with its key and time only, which
 * cannot be redriven. An answer has the time, key and header of its event.
 *
 * <p><b>The deadline</b> follows the clock. It counts from the last tick before the event, so that the answer is there
 * within the declared time, and is kept at the first tick that reaches it. Before the first tick it counts from that
 * one. Where a file brings the events the clock means nothing, and the deadline goes by event time: from the event's
 * time, or from progress where that is later.
 *
 * <p><b>Late replies</b>, also repeated ones and those that nobody asked for, change no answer. Those that carry an
 * answer go to the output {@code late-replies}; all are counted as late.
 *
 * <p><b>Order.</b> Answers come with their replies, or in the order of the events, all keys together. In that case an
 * event waits for those before it, at most until their deadlines.
 *
 * <p><b>Progress</b> that is forwarded stays at the earliest event that waits for its answer, so that no answer is late
 * for later words.
 *
 * <p><b>Bound.</b> So many events may be in flight. One more gets the fallback at once, marked {@code OVER_BOUND};
 * without a fallback, or if the order is kept, it is a dead letter.
 *
 * @param <T> the type of the events
 * @param <Q> the type of the requests
 * @param <R> the type of the answers
 */
public final class Async<T, Q, R> implements Operator<T, Joined<T, R>> {
    /** The output of requests. */
    public static final int REQUESTS = 1;

    /** The output of replies that came after their event was decided. */
    public static final int LATE_REPLIES = 2;

    /** The output of events without an answer. */
    public static final int UNANSWERED = 3;

    /** The most events in flight that can be declared. */
    public static final int IN_FLIGHT_MAX = 1 << 20;

    /** The most answers that one reply releases at once where the order is kept; what is left comes with the entries behind. */
    static final int RELEASED = 16;

    static final int FIRINGS = 64;
    static final int FIRINGS_OF_EVENT = 3;

    private static final int IN_FLIGHT = 1024;
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), AsyncNode.class);

    final LookupPort<Q, R> port;
    final Fn1<? super T, ? extends Q> request;
    final int keyBytes;
    final long withinNs;
    final int inFlight;
    final boolean ordered;

    private final R fallback;

    private Async(
            LookupPort<Q, R> port,
            Fn1<? super T, ? extends Q> request,
            int keyBytes,
            long withinNs,
            R fallback,
            int inFlight,
            boolean ordered) {
        this.port = Objects.requireNonNull(port, "port");
        this.request = Objects.requireNonNull(request, "request");
        this.keyBytes = keyBytes;
        this.withinNs = withinNs;
        this.fallback = fallback;
        this.inFlight = inFlight;
        this.ordered = ordered;
    }

    /**
     * Makes the operator, with a deadline.
     *
     * @param port    where requests go out and replies come in
     * @param request makes the request of an event; a captured variable that changes is outside the log
     * @param within  how long after its arrival an event is decided at the latest; more than zero
     * @param key     the key of the events; null if they have none
     * @param <T>     the type of the events
     * @param <Q>     the type of the requests
     * @param <R>     the type of the answers
     * @return the operator, without a fallback, in the order of replies, with 1,024 events in flight at most
     */
    public static <T, Q, R> Async<T, Q, R> within(
            LookupPort<Q, R> port, Fn1<? super T, ? extends Q> request, Duration within, KeyInfo key) {
        Objects.requireNonNull(within, "within");
        if (within.isNegative() || within.isZero()) {
            throw new IllegalArgumentException("async: decide within " + within + "; use more than zero");
        }
        int keyBytes = key == null ? 0 : key.maxBytes();
        return new Async<>(port, request, keyBytes, Times.nanos(within), null, IN_FLIGHT, false);
    }

    /**
     * Sets what stands beside an event that gets no answer in time.
     *
     * @param answer a value of its own (a record), or null for nothing: such events are then unanswered
     * @return a changed copy
     */
    public Async<T, Q, R> fallback(R answer) {
        return new Async<>(port, request, keyBytes, withinNs, answer, inFlight, ordered);
    }

    /**
     * Bounds the events that wait for an answer.
     *
     * @param most 1 to {@value #IN_FLIGHT_MAX}
     * @return a changed copy
     */
    public Async<T, Q, R> inFlightAtMost(int most) {
        if (most < 1 || most > IN_FLIGHT_MAX) {
            throw new IllegalArgumentException(
                    "async: at most " + most + " events in flight; use 1 to " + IN_FLIGHT_MAX);
        }
        return new Async<>(port, request, keyBytes, withinNs, fallback, most, ordered);
    }

    /**
     * Sends answers in the order of the events instead of that of the replies.
     *
     * @return a changed copy
     */
    public Async<T, Q, R> ordered() {
        return new Async<>(port, request, keyBytes, withinNs, fallback, inFlight, true);
    }

    @Override
    public String word() {
        return "async";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return 2;
    }

    @Override
    public List<String> ports() {
        return List.of("out", "requests", "late-replies", "unanswered");
    }

    @Override
    public EventType<?> outputType(int out, List<EventType<?>> inputs) {
        return switch (out) {
            case 0 -> JoinedType.of(inputs.get(0), port.answer());
            case REQUESTS -> port.requests().type();
            case LATE_REPLIES -> port.answer();
            default -> inputs.get(0);
        };
    }

    @Override
    public Answers answers() {
        return fallback == null ? Answers.AT_MOST_ONE : Answers.EXACTLY_ONE;
    }

    @Override
    public long answersWithinNs() {
        return 0; // progress that is forwarded waits for the answer
    }

    @Override
    public int maxOutputs() {
        return ordered ? RELEASED : 1;
    }

    @Override
    public int maxFirings() {
        return FIRINGS;
    }

    /** It may wait for the first tick, and for the deadline that counts from there; where the order is kept it is sent behind both. */
    @Override
    public int firingsOfEvent(int input) {
        return input == 0 ? FIRINGS_OF_EVENT : 0;
    }

    @Override
    public long outputsOfEvent(int input) {
        return 1;
    }

    /** Version 1 did not have how far firing lags behind. */
    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    public boolean followsClock() {
        return true;
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

    /** Rows and their index, headers, deadlines and times with their cells. */
    @Override
    public long leastStateBytes() {
        return 8L * Pages.PAGE_BYTES * 4 / 3;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("asks", port.name());
        result.put("within", Duration.ofNanos(withinNs).toString());
        result.put("order", ordered ? "of the events" : "as replies come");
        result.put("in flight at most", Integer.toString(inFlight));
        if (fallback != null) {
            result.put("fallback", new GivenRow<>(port.answer(), fallback).text());
        }
        return result;
    }

    @Override
    public Map<String, GivenRow<?>> givenRows() {
        return fallback == null
                ? Map.of()
                : Collections.singletonMap("fallback", new GivenRow<>(port.answer(), fallback));
    }

    /** Null where there is none. */
    byte[] fallbackBytes() {
        if (fallback == null) {
            return null;
        }
        byte[] bytes = new byte[port.answer().maxLength()];
        return Arrays.copyOf(bytes, port.answer().encode(fallback, bytes, 0));
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        List<String> result = new ArrayList<>();
        EventType<?> type = inputs.get(0);
        if (type == null) {
            result.add("async keeps events until they are answered, and its input is untyped; use map(type, function)");
        } else if (InFlight.longs(type, this) > Pages.PAGE_LONGS - 2) {
            result.add("async keeps an event with its answer in a page of " + Pages.PAGE_BYTES + " bytes, and "
                    + type.name() + " with " + port.answer().name() + " takes up to "
                    + Long.BYTES * (long) InFlight.longs(type, this) + "; shorten their text fields");
        }
        if (fallback != null && !port.answer().isValue()) {
            result.add("a fallback of " + port.answer().name()
                    + " would be a view; declare none, and lead unanswered events aside");
        } else {
            addProblemOfFallback(result);
        }
        return result;
    }

    private void addProblemOfFallback(List<String> result) {
        try {
            fallbackBytes();
        } catch (RefusedException e) {
            result.add("its fallback cannot be kept: " + e.getMessage());
        }
    }

    /** The longs of an event that is in flight, and of its answer where that has to wait. */
    int replyLongs() {
        return ordered ? Stored.longs(port.answer().maxLength()) : 0;
    }
}
