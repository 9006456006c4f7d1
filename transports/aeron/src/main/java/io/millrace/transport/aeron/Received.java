package io.millrace.transport.aeron;

import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.transport.EventSource.Target;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2LongHashMap;

/**
 * What becomes of the frames that an {@link AeronSource} polls: an event, a dead letter, or nothing where it was had before. The polling thread;
 * what is wrong is told by any.
 *
 * @param <V> the event
 */
final class Received<V> implements ControlledFragmentHandler {
    private static final long NONE = Long.MIN_VALUE;
    private static final int SENDERS_MAX = 1024;
    private static final String CHANGES = "a retraction or a replacement, which an input cannot take; send inserts";

    private static final String TOO_LONG = "a message in parts that goes on beyond the longest of Aeron's:"
            + " what writes there is no client of Aeron's, or is out of order";

    /** No image of Aeron's. */
    private static final Object NOBODY = new Object();

    private final SourceCounts counts;
    private final boolean bare;
    private final boolean finite;
    private final long contract;
    private final String where;
    private final OtherLayouts others;
    private final Fragment fragment = new Fragment();
    private final Header header = new Header();
    private final Parts parts = new Parts(this::onMessage, this::refuseTooLong);
    private final Turns turns = new Turns();
    private final EndTurn endTurn = new EndTurn();
    private final Long2LongHashMap numbers = new Long2LongHashMap(NONE);

    /** The sender heard last, and its number; in the map when another one comes. */
    private long lastSender;

    private long lastNumber;

    /** Whose turn it is, where nothing is marked: what comes next of it is looked at no further. */
    private Object heard = NOBODY;

    /** Null where nothing is marked. */
    private Marks marks;

    /** In the file of marks, where there is one. */
    private LogMarks logs = new LogMarks(ByteBuffer.allocate(LogMarks.BYTES));

    private Subscription subscription;
    private Target<? super V> target;

    /** Which the message in hand is of. */
    private int session;

    /** Which that was read from; null where that is not known. */
    private Object image;

    private int taken;
    private int eventsTaken;
    private Throwable failure;
    private boolean ended;
    private long toEpochNs;
    private volatile String trouble;

    /** Of a source with these settings. */
    Received(EventType<V> type, boolean bare, boolean finite, SourceCounts counts, String where) {
        this.bare = bare;
        this.finite = finite;
        this.counts = counts;
        contract = Wire.contract(type.fingerprint());
        this.where = where;
        others = new OtherLayouts(type, where);
    }

    /** Before the first poll. */
    void marked(Marks in) {
        marks = in;
        logs = in.logs();
    }

    /** Whether a sender has said that nothing more comes, and the source ends with it. */
    boolean hasEnded() {
        return ended;
    }

    /** So many messages at most; answers as {@link AeronSource#poll}. */
    int poll(Subscription from, Target<? super V> to, int most) throws Exception {
        begin(from, to);
        from.controlledPoll(this, most);
        return end();
    }

    /** Before the frames of a poll. */
    void begin(Subscription from, Target<? super V> to) {
        subscription = from;
        target = to;
        taken = 0;
        eventsTaken = 0;
        toEpochNs = 0;
    }

    /** Behind them; throws what has failed meanwhile. */
    int end() throws Exception {
        counts.events.add(eventsTaken);
        if (failure != null) {
            Throwable why = failure;
            failure = null;
            AeronErrors.rethrow(why);
        }
        return taken == 0 && ended ? AeronSource.ENDED : taken;
    }

    /** Who was heard is there no longer. */
    void clear() {
        parts.clear();
        turns.clear();
        endTurn.clear();
        heard = NOBODY;
    }

    /** A session has gone. */
    void end(int gone, Subscription of) {
        if (of.imageBySessionId(gone) == null) { // else it is there again, with a message begun perhaps
            parts.end(gone);
        }
        turns.end(gone);
        heard = NOBODY;
    }

    /** A whole message, or a part of one: nearly always the next of the sender heard last, whose header is looked at once. */
    @Override
    public Action onFragment(DirectBuffer buffer, int offset, int length, io.aeron.logbuffer.Header frame) {
        int room = buffer.capacity() - offset;
        return frame.context() == heard && length >= Wire.FIXED_LENGTH && length <= room && isNext(buffer, offset)
                ? takeNext(buffer, offset, length)
                : takeAny(buffer, offset, length, room, frame);
    }

    /**
     * A frame's length is what its writer says, and all that is read of it later is within that: so it is held against the term here, by hand,
     * since Agrona looks at no bounds where an embedder has told it so. Aeron goes on behind a message whose handler has thrown: nothing may
     * come out of here.
     */
    private Action takeAny(DirectBuffer buffer, int offset, int length, int room, io.aeron.logbuffer.Header frame) {
        try {
            if (length < 0 || length > room) {
                throw new AeronFault(where + "a frame of " + length + " bytes where its term has room for " + room
                        + ", of session " + frame.sessionId()
                        + ": what writes there is no client of Aeron's, or is out of order");
            }
            return Wire.isWholeFrame(buffer, offset)
                    ? onMessage(buffer, offset, length, frame)
                    : parts.take(buffer, offset, length, frame);
        } catch (Throwable t) {
            failure = t;
            return Action.ABORT;
        }
    }

    /** Behind a look whether it is all there. */
    private boolean isNext(DirectBuffer buffer, int offset) {
        return Wire.isWholeFrame(buffer, offset)
                && Wire.isPlain(Wire.checkedWord(buffer, offset, 0))
                && Wire.checkedWord(buffer, offset, 1) == contract // and no field that may be there or not
                && Wire.checkedWord(buffer, offset, 2) == lastNumber + 1
                && Wire.checkedWord(buffer, offset, 3) == lastSender;
    }

    /** As {@link #event} does, where all that it asks is known. */
    private Action takeNext(DirectBuffer buffer, int offset, int length) {
        int front = Wire.FIXED_LENGTH;
        Wire.readPlain(buffer, offset, header);
        Action done;
        try {
            done = offered(target.offer(fragment.wrap(buffer, offset + front, length - front), header));
        } catch (Throwable t) {
            failure = t;
            return Action.ABORT;
        }
        if (done != Action.ABORT) {
            lastNumber++;
            if (trouble != null) {
                trouble = null; // what was refused before is counted
            }
        }
        return done;
    }

    /** Nothing may come out of here either: a message whose last part has to come again is kept. */
    private Action onMessage(DirectBuffer buffer, int offset, int length, io.aeron.logbuffer.Header frame) {
        try {
            Object of = frame.context();
            if (of != image || of == null) { // one session as long as it lives; to ask the frame costs a check
                image = of;
                session = frame.sessionId();
            }
            return bare ? takeBare(buffer, offset, length) : take(buffer, offset, length);
        } catch (Throwable t) {
            failure = t;
            return Action.ABORT;
        }
    }

    private Action takeBare(DirectBuffer buffer, int offset, int length) {
        return offered(target.offer(fragment.wrap(buffer, offset, length), null));
    }

    private Action take(DirectBuffer buffer, int offset, int length) {
        if (length >= Wire.FIXED_LENGTH) {
            Wire.check(buffer, offset);
            long first = Wire.checkedWord(buffer, offset, 0);
            long second = Wire.checkedWord(buffer, offset, 1);
            if (Wire.isPlain(first, second, length)) {
                return event(buffer, offset, length, first, second);
            }
        }
        String wrong = Wire.wrong(buffer, offset, length);
        return wrong == null ? takeOther(buffer, offset, length) : refuse(buffer, offset, length, wrong);
    }

    private Action takeOther(DirectBuffer buffer, int offset, int length) {
        byte kind = Wire.kind(buffer, offset);
        long second = Wire.word(buffer, offset, 1);
        if (kind == Wire.EVENT) {
            return event(buffer, offset, length, Wire.word(buffer, offset, 0), second);
        }
        if (kind == Wire.CONTRACT) {
            int payload = Wire.length(Wire.mask(second));
            if (Wire.contract(second) != contract) {
                trouble = others.told(Wire.contract(second), buffer, offset + payload, length - payload);
            }
            return Action.CONTINUE;
        }
        if (finite && endTurn.mustWait(subscription, session)) {
            return Action.ABORT;
        }
        ended = finite;
        return finite ? Action.BREAK : Action.CONTINUE;
    }

    /** Nothing is read from there once it was handed over: who takes it may wait until Aeron has unmapped it. */
    private Action event(DirectBuffer buffer, int offset, int length, long first, long second) {
        long number = Wire.checkedWord(buffer, offset, 2);
        long sender = Wire.checkedWord(buffer, offset, 3);
        boolean isOurs = Wire.contract(second) == contract && (Wire.isPlain(first) || isInsert(buffer, offset));
        if (marks != null && isOurs && marks.isTaken(sender, number)) {
            counts.repeated.increment();
            return Action.CONTINUE;
        }
        int mask = Wire.mask(second);
        long log = Wire.log(buffer, offset, mask);
        if (!turns.goesOn(session)
                && turns.mustWait(subscription, session, image, log, sender, isNextOf(sender, number))) {
            return Action.ABORT;
        }
        if (!isOurs) { // in its turn, too: what is behind it would be the next, and what is ahead lost
            return refuse(buffer, offset, length, second);
        }
        long place = Wire.checkedWord(buffer, offset, 4);
        int ordinal = (int) (first >>> 32);
        heard = marks == null && image != null ? image : NOBODY;
        if (log != 0 && isRepeated(first, log, place, ordinal)) {
            count(sender, number);
            counts.repeated.increment();
            return Action.CONTINUE;
        }
        boolean otherwise = Wire.isOfOtherClock(buffer, offset, mask);
        if (otherwise && toEpochNs == 0) {
            toEpochNs = WireClock.toEpochNs(); // read once a poll
        }
        Wire.read(buffer, offset, first, place, mask, header, toEpochNs);
        int front = Wire.length(mask);
        // marked first: who is killed in between has lost an event, which it says, and takes none twice
        long before = marks == null ? 0 : marks.take(sender, number);
        boolean marksLog =
                log != 0 && !(turns.isLate() && logs.has(log, place, ordinal)); // who is late takes no mark back
        if (marksLog) {
            logs.take(log, place, ordinal);
        }
        Action done = Action.ABORT;
        try {
            done = offered(target.offer(fragment.wrap(buffer, offset + front, length - front), header));
        } finally {
            if (done == Action.ABORT) { // also where it has thrown: the message comes again
                untake(sender, before, marksLog);
            }
        }
        if (done != Action.ABORT) {
            if (trouble != null) {
                trouble = null; // what was refused before is counted
            }
            count(sender, number);
            if (otherwise) {
                counts.otherClock.increment();
            }
        }
        return done;
    }

    private static boolean isInsert(DirectBuffer buffer, int offset) {
        return Wire.form(buffer, offset) == EntryForm.INSERT;
    }

    /** Whether it was taken before; what is neither sent once more nor late is new, whatever its place: a log may have lost its end. */
    private boolean isRepeated(long first, long log, long place, int ordinal) {
        if (Wire.isOnceMore(first)) {
            turns.again(place, ordinal);
            return logs.has(log, place, ordinal);
        }
        return turns.isSentAgain(place, ordinal) && logs.has(log, place, ordinal);
    }

    private void untake(long sender, long before, boolean isLogMarked) {
        if (marks != null) {
            marks.untake(sender, before);
        }
        if (isLogMarked) {
            logs.undo();
        }
    }

    /** An event of ours that cannot be one here: its number counts. */
    private Action refuse(DirectBuffer buffer, int offset, int length, long second) {
        String why = Wire.contract(second) == contract ? CHANGES : differs(Wire.contract(second));
        long number = Wire.word(buffer, offset, 2);
        long sender = Wire.word(buffer, offset, 3);
        int front = Wire.length(Wire.mask(second));
        Action done = refuse(buffer, offset + front, length - front, why);
        count(sender, number);
        return done;
    }

    private Action offered(boolean isTaken) {
        if (!isTaken) {
            counts.full.increment();
            return Action.ABORT;
        }
        taken++;
        eventsTaken++;
        return Action.CONTINUE;
    }

    private Action refuse(DirectBuffer buffer, int offset, int length, String why) {
        target.refuse(fragment.wrap(buffer, offset, length), Reason.MALFORMED, why);
        taken++;
        counts.refused.increment();
        return Action.CONTINUE;
    }

    /** What there is of it; its number, if it has one, is missed by the next. */
    private Action refuseTooLong(DirectBuffer buffer, int offset, int length, io.aeron.logbuffer.Header frame) {
        return refuse(buffer, offset, length, TOO_LONG);
    }

    /** Each sender numbers its messages, so a loss is seen, however it came about. */
    private void count(long sender, long number) {
        if (sender == lastSender && number == lastNumber + 1) { // nearly always
            lastNumber = number;
            return;
        }
        numbers.put(lastSender, lastNumber == NONE ? NONE + 1 : lastNumber); // the map has no place for that one
        long last = numbers.get(sender);
        if (last == NONE) {
            if (numbers.size() >= SENDERS_MAX) {
                numbers.clear(); // a sender that does nothing but begin anew
            }
            counts.before.addCapped(number > 1 ? number - 1 : 0);
        } else if (number > last) {
            long gap = number - last - 1;
            counts.missed.addCapped(gap < 0 ? Long.MAX_VALUE : gap); // where it is more than there are
        } else {
            counts.repeated.increment();
        }
        lastSender = sender;
        lastNumber = number;
    }

    /** Whether nothing is missing ahead of it; where its sender was not heard yet that cannot be said, but for its first. */
    private boolean isNextOf(long sender, long number) {
        long last = sender == lastSender ? lastNumber : numbers.get(sender);
        return number <= (last == NONE ? 1 : last + 1); // or one that was had before
    }

    private String differs(long other) {
        trouble = others.trouble(other); // also where one of another sender was taken in between
        return others.text(other);
    }

    // ---- any thread

    /** What keeps events from coming; null while nothing does. */
    String trouble() {
        return trouble;
    }

    /** The polling thread. */
    void trouble(String what) {
        trouble = what;
    }
}
