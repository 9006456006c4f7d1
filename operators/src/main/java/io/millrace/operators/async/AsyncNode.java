package io.millrace.operators.async;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.LookupPort;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.Pair;
import io.millrace.operators.Stored;
import io.millrace.operators.Touched;
import io.millrace.state.FiringPace;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.Objects;

/** Sends requests, waits for replies, decides at the deadline. */
final class AsyncNode implements TimedNode, Saved, Explains {
    /** A deadline that begins to count with the first tick: due at whatever that says. */
    private static final long FROM_FIRST_TICK = Progress.NONE + 1;

    private final EventType<Object> eventType;
    private final EventType<Object> requestType;
    private final EventType<Object> replyType;
    private final Fn1<Object, Object> request;
    private final long withinNs;
    private final boolean ordered;
    private final byte[] fallback;
    private final boolean hasCursor;
    private final boolean sendsLate;
    private final boolean sendsUnanswered;

    private final byte[] event;
    private final byte[] asked;
    private final byte[] reply;
    private final byte[] answer;
    private final EventView<Object> eventView;
    private final EventView<Object> answerView;
    private final Pair pair;
    private final InFlight inFlight;
    private final FiringPace pace;
    private final Flow saved = new Flow();

    private final NodeContext context;
    private final Progress time;
    private final Progress progress;
    private final Failures failures;
    private final Firing firing;
    private final NodeCounters counters;
    private final Touched touched;
    private final Node rest;
    private final Node requests;
    private final Node lateReplies;
    private final Node unanswered;

    /** How many requests the entry in hand has caused: the numbers that their output gives them. */
    @Scratch("of the entry in hand")
    private long sequence = -1;

    @Scratch("of the entry in hand")
    private int ordinal;

    /** What the first tick said, once an event that waits for it has been seen to; such are seen to some with each entry. */
    private long firstTickNs = Progress.NONE;

    @SuppressWarnings("unchecked")
    AsyncNode(Async<?, ?, ?> operator, NodeContext context) {
        this.context = context;
        eventType = (EventType<Object>) context.inputType(0);
        replyType = (EventType<Object>) context.inputType(1);
        requestType = (EventType<Object>) context.outputType(Async.REQUESTS);
        request = (Fn1<Object, Object>) operator.request;
        withinNs = operator.withinNs;
        ordered = operator.ordered;
        fallback = operator.fallbackBytes();
        hasCursor = context.hasCursor(0);
        sendsLate = context.isRead(Async.LATE_REPLIES);
        sendsUnanswered = context.isRead(Async.UNANSWERED);
        event = new byte[Stored.words(eventType.maxLength()) * Long.BYTES];
        asked = new byte[requestType.maxLength()];
        reply = new byte[replyType.maxLength()];
        answer = new byte[Stored.words(replyType.maxLength()) * Long.BYTES];
        eventView = context.cutting(eventType.newView());
        answerView = context.cutting((EventView<Object>) operator.port.answer().newView());
        pair = new Pair(context);
        inFlight = new InFlight(context, operator);
        pace = new FiringPace(context.budget(), Async.FIRINGS);
        time = context.time();
        progress = context.progress();
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
        touched = new Touched(counters, inFlight.counters());
        rest = context.rest(0);
        requests = context.rest(Async.REQUESTS);
        lateReplies = context.rest(Async.LATE_REPLIES);
        unanswered = context.rest(Async.UNANSWERED);
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(firstTickNs);
    }

    @Override
    public void load(StateReader from) {
        firstTickNs = from.getLong();
    }

    @Override
    public boolean on(Flow flow) {
        touched.begin();
        boolean goesOn = flow.input() == 0 ? ask(flow) : take(flow);
        touched.end();
        return goesOn;
    }

    // ---- events

    private boolean ask(Flow flow) {
        if (flow.form() != EntryForm.INSERT) {
            return failures.refuse(flow, Reason.MALFORMED, "async answers inserts, not replacements or retractions");
        }
        Object question;
        int askedLength;
        int length;
        try {
            question = Objects.requireNonNull(request.apply(flow.value()), "async: the function returned null");
            askedLength = requestType.encode(question, asked, 0);
            if (hasCursor) {
                flow.rewind();
            }
            length = Held.copyValue(flow, eventType, event, 0);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        if (flow.sequence() != sequence) {
            sequence = flow.sequence();
            ordinal = 0;
        }
        long dueNs = dueNs(flow.timeNs());
        if (inFlight.take(flow, ordinal, event, length, dueNs) == InFlight.NONE) {
            return overBound(flow, length);
        }
        ordinal++;
        pace.added(Async.FIRINGS_OF_EVENT);
        counters.keys = inFlight.count();
        context.due(dueNs);
        flow.value(question, asked, 0, askedLength);
        requests.on(flow);
        return false;
    }

    /** By the clock, as of the last tick; before the first it counts from that. Else by event time. */
    private long dueNs(long eventNs) {
        long nowNs = time.ns();
        if (time != progress) {
            return nowNs == Progress.NONE ? FROM_FIRST_TICK : Times.plus(nowNs, withinNs);
        }
        return Times.plus(nowNs == Progress.END ? eventNs : Math.max(eventNs, nowNs), withinNs);
    }

    private boolean overBound(Flow flow, int length) {
        if (fallback == null || ordered) {
            return failures.refuse(flow, Reason.OVER_BOUND, "as many events as may wait for their answers already");
        }
        pair.left(event, length);
        pair.fallback(fallback, fallback.length);
        pair.put(flow);
        flow.reason(Reason.OVER_BOUND);
        counters.unanswered++;
        counters.out++;
        return true;
    }

    // ---- replies

    private boolean take(Flow flow) {
        int slot = inFlight.open(flow.causeSequence(), flow.causeOrdinal());
        int length;
        try {
            length = Held.copyValue(flow, replyType, reply, 0);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        boolean failed = reply[0] != LookupPort.ANSWERED;
        if (slot == InFlight.NONE) {
            return late(flow, failed, length);
        }
        if (isDue(slot)) { // its turn to fire has not come: more is due than fires for an entry
            saved.copyFrom(flow);
            settle(slot, InFlight.TIMED_OUT, 0, flow);
            flow.copyFrom(saved);
            return late(flow, failed, length);
        }
        settle(slot, failed ? InFlight.FAILED : InFlight.ANSWERED, length - LookupPort.REPLY_HEAD, flow);
        return false;
    }

    private boolean isDue(int slot) {
        long dueNs = inFlight.dueNs(slot);
        if (dueNs == FROM_FIRST_TICK) {
            return firstTickNs != Progress.NONE && Times.plus(firstTickNs, withinNs) <= time.ns();
        }
        return dueNs <= time.ns();
    }

    /** Decides; the reply in hand counts for an answer only. */
    private void settle(int slot, long state, int answerLength, Flow flow) {
        long heldNs = inFlight.earliestNs();
        if (ordered) {
            inFlight.settle(slot, state);
            if (state == InFlight.ANSWERED) {
                System.arraycopy(reply, LookupPort.REPLY_HEAD, answer, 0, answerLength);
                inFlight.keepReply(slot, answer, answerLength);
            }
            release(flow);
        } else {
            pair.left(inFlight.page(slot), inFlight.event(slot));
            if (state == InFlight.ANSWERED) {
                pair.right(reply, LookupPort.REPLY_HEAD, answerLength);
            }
            send(slot, state, flow);
        }
        if (heldNs <= progress.ns() && inFlight.earliestNs() > heldNs) {
            context.due(time.ns()); // what stands behind has been held and goes on now, not when progress moves again
        }
    }

    private void release(Flow flow) {
        int released = 0;
        int slot = inFlight.firstSettled();
        while (slot != InFlight.NONE && released < Async.RELEASED) {
            released++;
            sendKept(slot, flow);
            slot = inFlight.firstSettled();
        }
        if (slot != InFlight.NONE) {
            context.due(time.ns());
        }
    }

    private void sendKept(int slot, Flow flow) {
        pair.left(inFlight.page(slot), inFlight.event(slot));
        long state = inFlight.state(slot);
        if (state == InFlight.ANSWERED) {
            pair.right(inFlight.page(slot), inFlight.reply(slot));
        }
        send(slot, state, flow);
    }

    private boolean late(Flow flow, boolean failed, int length) {
        counters.late++;
        if (sendsLate && !failed) {
            int at = LookupPort.REPLY_HEAD;
            flow.value(answerView.wrap(reply, at, length - at), reply, at, length - at);
            if (replyType.hasCursor()) {
                flow.cursor(answerView);
            }
            flow.late(progress.ns());
            lateReplies.on(flow);
        }
        return false;
    }

    // ---- answers

    /** The left side of the pair stands, and the right one where there was an answer. */
    private void send(int slot, long state, Flow flow) {
        Reason reason =
                state == InFlight.ANSWERED ? null : state == InFlight.TIMED_OUT ? Reason.TIMED_OUT : Reason.NO_ANSWER;
        inFlight.restore(slot, flow, firing);
        if (reason != null && fallback == null) {
            leave(slot, reason, flow);
            return;
        }
        inFlight.release(slot);
        counters.keys = inFlight.count();
        if (reason != null) {
            counters.unanswered++;
            pair.fallback(fallback, fallback.length);
        }
        counters.out++;
        pair.put(flow);
        flow.reason(reason);
        rest.on(flow);
    }

    /** Without an answer. */
    private void leave(int slot, Reason reason, Flow flow) {
        int length = Stored.read(inFlight.page(slot), inFlight.event(slot), event, 0);
        inFlight.release(slot);
        counters.keys = inFlight.count();
        counters.unanswered++;
        if (!sendsUnanswered) {
            failures.refuse(
                    flow,
                    reason,
                    reason == Reason.TIMED_OUT ? "no reply within the declared time" : "the reply says that it failed");
            return;
        }
        flow.value(eventView.wrap(event, 0, length), event, 0, length);
        if (eventType.hasCursor()) {
            flow.cursor(eventView);
        }
        flow.reason(reason);
        unanswered.on(flow);
    }

    /** A request is made of the event in hand; all else of an event that waited. */
    @Override
    public void explain(Flow flow, Account to) {
        if (flow.firing() != firing) {
            return;
        }
        to.events("event", Taken.by(0).of(flow.eventSequence()).newest(1));
        byte[] found = pair.isIn(flow) ? pair.foundRight() : null;
        if (found == null) {
            to.say("reply", flow.sideReason() == null ? "none" : "none: " + flow.sideReason());
            return;
        }
        byte[] whole = new byte[LookupPort.REPLY_HEAD + found.length];
        whole[0] = LookupPort.ANSWERED;
        System.arraycopy(found, 0, whole, LookupPort.REPLY_HEAD, found.length);
        to.event("reply", Taken.by(1).ofAnyKey(), whole, 0, whole.length);
    }

    // ---- time

    @Override
    public long nextDueNs() {
        return ordered && inFlight.firstSettled() != InFlight.NONE ? Progress.NONE : inFlight.nextDueNs();
    }

    @Override
    public long holdsAtNs() {
        return inFlight.earliestNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        touched.begin();
        int fired = fireDue(progressNs, pace.most(progressNs >= Progress.END, most), flow);
        touched.end();
        pace.fired(fired, nextDueNs() <= progressNs);
        return fired;
    }

    private int fireDue(long progressNs, int most, Flow flow) {
        int fired = 0;
        while (fired < most) {
            int first = ordered ? inFlight.firstSettled() : InFlight.NONE;
            int due = first == InFlight.NONE ? inFlight.popDue(progressNs) : first;
            if (due == InFlight.NONE) {
                return fired;
            }
            fired++;
            if (first != InFlight.NONE) {
                sendKept(due, flow);
            } else if (inFlight.poppedDueNs() == FROM_FIRST_TICK) {
                firstTickNs = firstTickNs == Progress.NONE ? progressNs : firstTickNs;
                inFlight.due(due, Times.plus(firstTickNs, withinNs));
            } else {
                timeOut(due, flow);
            }
        }
        return fired;
    }

    private void timeOut(int slot, Flow flow) {
        if (ordered) {
            inFlight.settle(slot, InFlight.TIMED_OUT);
        }
        if (!ordered || inFlight.firstSettled() == slot) {
            pair.left(inFlight.page(slot), inFlight.event(slot));
            send(slot, InFlight.TIMED_OUT, flow);
        }
    }
}
