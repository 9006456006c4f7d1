package io.millrace.transport.aeron;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.BitUtil;

/**
 * What is to become of each frame, worked out plainly: of parts a message or nothing as Aeron's own assembler has it, of a message one of the
 * ends that there are, and what is counted with it. Nothing of {@link Received} and of its marks is in here. Images of a driver are not
 * there, so nobody waits for another's turn.
 */
final class FuzzModel {
    /** What comes of a frame. */
    enum End {
        /** It has begun a message, or goes on with one. */
        PART,
        /** It belongs to no message that could be whole: Aeron tells nobody. */
        DROPPED,
        /** Offered to the engine, which takes it as an event or makes a dead letter of it. */
        OFFERED,
        /** Offered, and there was no room. */
        FULL,
        /** A dead letter of the transport's. */
        REFUSED,
        /** It says a layout, or an end. */
        TOLD,
        /** It was taken before, by its number. */
        MARKED,
        /** Or by its place in a journal. */
        HEARD
    }

    /** An output of a journal. */
    private record Place(long sequence, int ordinal) {
        private boolean isBehind(Place other) {
            return sequence > other.sequence || sequence == other.sequence && ordinal > other.ordinal;
        }
    }

    /** A session that was heard: its journal is that of what was heard first. */
    private static final class Turn {
        private final long log;
        private Place firstAgain;
        private Place lastAgain;

        /** Who has begun again on its journal. */
        private Turn next;

        Turn(long log) {
            this.log = log;
        }

        private void again(Place place) {
            firstAgain = firstAgain == null ? place : firstAgain;
            lastAgain = place;
        }

        private boolean hasSentAgain(Place place) {
            return firstAgain != null && !firstAgain.isBehind(place) && !place.isBehind(lastAgain);
        }
    }

    /** What has come of a message in parts. */
    private static final class Begun {
        private byte[] bytes = new byte[0];
        private int next;
    }

    /** Where there are more, none of those before is known any more. */
    private static final int SENDERS_MAX = 1024;

    private final long contract;
    private final boolean isBare;
    private final boolean isMarked;
    private final Map<Integer, Begun> begun = new HashMap<>();
    private final Map<Integer, Turn> turns = new HashMap<>();
    private final Map<Long, Long> last = new HashMap<>();
    private final Map<Long, Long> marks = new HashMap<>();
    private final Map<Long, Place> heard = new HashMap<>();

    /** The message that it came to, if it came to one. */
    final PlainFrame frame = new PlainFrame();

    /** What was offered, or refused. */
    byte[] bytes;

    int at;
    int length;

    private long refused;
    private long full;
    private long missed;
    private long before;
    private long repeated;
    private long otherClock;

    FuzzModel(long contract, boolean isBare, boolean isMarked) {
        this.contract = contract;
        this.isBare = isBare;
        this.isMarked = isMarked;
        last.put(0L, 0L); // of who is nobody nothing is missing
    }

    /** The next frame of that session; there may be no room for its event. */
    End take(FuzzSession of, boolean isFull) {
        byte[] part = Arrays.copyOfRange(of.message(), of.from(), of.from() + of.length());
        boolean isFirst = (of.flags() & FuzzSession.BEGIN) != 0;
        boolean isLast = (of.flags() & FuzzSession.END) != 0;
        if (isFirst && isLast) {
            return message(of.id, part, isFull);
        }
        Begun now = begun.get(of.id);
        if (!isFirst && (now == null || now.next != of.offset())) {
            begun.remove(of.id);
            return End.DROPPED;
        }
        byte[] had = isFirst ? new byte[0] : now.bytes;
        byte[] all = Arrays.copyOf(had, had.length + part.length);
        System.arraycopy(part, 0, all, had.length, part.length);
        begun.remove(of.id);
        if (all.length > FuzzSession.TERM / 4) {
            return refuse(had.length == 0 ? part : had, 0);
        }
        End end = isLast ? message(of.id, all, isFull) : End.PART;
        if (end == End.PART || end == End.FULL) {
            Begun goesOn = end == End.FULL ? now : new Begun(); // where there was no room the last part comes again
            if (end == End.PART) {
                goesOn.bytes = all;
                goesOn.next = of.offset() + BitUtil.align(FuzzSession.FRONT + part.length, FuzzSession.FRONT);
            }
            begun.put(of.id, goesOn);
        }
        return end;
    }

    private End message(int session, byte[] all, boolean isFull) {
        if (isBare) {
            return offer(all, 0, isFull);
        }
        frame.read(all, all.length);
        if (!frame.isWhole) {
            return refuse(all, 0);
        }
        if (frame.kind != Wire.EVENT) {
            return End.TOLD;
        }
        boolean isOurs = frame.contract == contract && frame.isInsert();
        if (isMarked && isOurs && marks.containsKey(frame.sender) && frame.number <= marks.get(frame.sender)) {
            repeated++;
            return End.MARKED;
        }
        Turn turn = turns.computeIfAbsent(session, s -> turn());
        if (!isOurs) {
            count();
            return refuse(all, frame.front);
        }
        Place place = new Place(frame.place, frame.ordinal);
        boolean isHeard = frame.log != 0 && heard.containsKey(frame.log) && !place.isBehind(heard.get(frame.log));
        if (frame.log != 0 && isRepeated(turn, place, isHeard)) {
            count();
            repeated++;
            return End.HEARD;
        }
        End end = offer(all, frame.front, isFull);
        if (end == End.OFFERED) {
            took(turn, place, isHeard);
        }
        return end;
    }

    private Turn turn() {
        Turn turn = new Turn(frame.log);
        if (turn.log != 0) {
            for (Turn other : turns.values()) {
                boolean isOfIt = other.log == turn.log && other.next == null;
                other.next = isOfIt ? turn : other.next; // the first that has begun again
            }
        }
        return turn;
    }

    private boolean isRepeated(Turn turn, Place place, boolean isHeard) {
        if (frame.isOnceMore()) {
            turn.again(place);
            return isHeard;
        }
        return turn.next != null && turn.next.hasSentAgain(place) && isHeard;
    }

    private void took(Turn turn, Place place, boolean isHeard) {
        if (isMarked && frame.sender != 0) {
            marks.put(frame.sender, frame.number);
        }
        boolean isLate = isHeard && turn.next != null;
        if (frame.log != 0 && !isLate) {
            heard.put(frame.log, place);
        }
        count();
        otherClock += frame.isOfOtherClock() ? 1 : 0;
    }

    private End offer(byte[] all, int from, boolean isFull) {
        bytes(all, from);
        full += isFull ? 1 : 0;
        return isFull ? End.FULL : End.OFFERED;
    }

    private End refuse(byte[] all, int from) {
        bytes(all, from);
        refused++;
        return End.REFUSED;
    }

    private void bytes(byte[] all, int from) {
        bytes = all;
        at = from;
        length = all.length - from;
    }

    /** A count goes no further than a long. */
    private void count() {
        Long had = last.get(frame.sender);
        if (had == null && last.size() >= SENDERS_MAX) {
            last.clear();
        }
        last.put(frame.sender, frame.number);
        if (had == null) {
            before = sum(before, Math.max(1, frame.number) - 1);
        } else if (frame.number > had) {
            BigInteger gap = BigInteger.valueOf(frame.number).subtract(BigInteger.valueOf(had + 1));
            missed = gap.bitLength() < Long.SIZE ? sum(missed, gap.longValue()) : Long.MAX_VALUE;
        } else {
            repeated++;
        }
    }

    private static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    /** More senders, or journals, than are told apart: what is known of one may be forgotten from now on. */
    boolean isAtItsBounds() {
        return last.size() > 900 || marks.size() > 200 || heard.size() > 50;
    }

    /** The session has gone. */
    void end(int session) {
        begun.remove(session);
        turns.remove(session);
    }

    /** The client is another. */
    void clear() {
        begun.clear();
        turns.clear();
    }

    /** The process is another, and there are the marks that the one before had. */
    void restart() {
        clear();
        last.clear();
        last.put(0L, 0L);
        if (!isMarked) {
            heard.clear();
        }
        refused = 0;
        full = 0;
        missed = 0;
        before = 0;
        repeated = 0;
        otherClock = 0;
    }

    /** And there are none. */
    void forget() {
        marks.clear();
        heard.clear();
    }

    long missed() {
        return missed;
    }

    /** Whether a source has counted as much. */
    boolean isCounted(SourceCounts by) {
        return refused == by.refused.get()
                && full == by.full.get()
                && missed == by.missed.get()
                && before == by.before.get()
                && repeated == by.repeated.get()
                && otherClock == by.otherClock.get();
    }

    String counts() {
        return List.of(refused, full, missed, before, repeated, otherClock).toString();
    }
}
