package io.millrace.transport.aeron;

import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.transport.EventSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Brings frames of several sessions to an engine, as a poll gives them and as no poll would, and looks behind each whether of the ends that
 * {@link FuzzModel} knows there was that one and no other. Sessions change, and so do the client, the process and the sender of a session;
 * where there is no room for an event its frame comes again.
 */
final class FuzzSource<V> implements EventSource<V> {
    private static final int SESSIONS = 5;
    private static final int FLOOD = 2_000;
    private static final int LETTERS_READ_1_OF = 64;

    /** What is beside the ends of frames. */
    enum Reached {
        EVENT,
        LETTER_OF_ENGINE,
        IN_PARTS,
        ANOTHER_IMAGE,
        ANOTHER_CLIENT,
        ANOTHER_PROCESS,
        ANOTHER_SENDER,
        FLOOD,
        BEYOND_TERM
    }

    private final FuzzType<V> type;
    private final boolean isBare;
    private final Path marksFile;
    private final Subscription none;
    private final long frames;
    private final String name;
    private final SplittableRandom random;
    private final FuzzMessages messages;
    private final FuzzModel model;
    private final FuzzSession[] sessions = new FuzzSession[SESSIONS];
    private final PlainBytes plain = new PlainBytes();
    final Map<FuzzModel.End, long[]> ends = new EnumMap<>(FuzzModel.End.class);
    final Map<Reached, long[]> reached = new EnumMap<>(Reached.class);
    private Received<V> received;
    private SourceCounts counts;
    private Marks marks;
    private int sessionIds;
    private long next;
    private int flood;
    private Target<? super V> to;
    long missed;

    long given() {
        return next;
    }

    // ---- what has come of the frame in hand

    private boolean isFull;
    private int offered;
    private int refused;
    private int events;
    private int letters;
    private boolean readsLetters;
    private String letterText;
    private long seen;
    private String wrong;

    /** As an engine would, and has no room where the test says so. */
    private final Target<V> target = new Target<>() {
        @Override
        public void take(V event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(Encoded event, Header header) {
            offered++;
            compare(event);
            return !isFull && to.offer(event, header);
        }

        @Override
        public void refuse(Encoded bytes, Reason reason, String why) {
            refused++;
            compare(bytes);
            to.refuse(bytes, reason, why);
        }
    };

    FuzzSource(FuzzType<V> type, boolean isBare, Path marksFile, Subscription none, long frames, long seed)
            throws Exception {
        this.type = type;
        this.isBare = isBare;
        this.marksFile = marksFile;
        this.none = none;
        this.frames = frames;
        name = type.type.name() + (isBare ? " bare" : marksFile == null ? "" : " marked") + ", seed " + seed;
        random = new SplittableRandom(seed);
        messages = new FuzzMessages(type, isBare, random.split());
        model = new FuzzModel(Wire.contract(type.type.fingerprint()), isBare, marksFile != null);
        for (FuzzModel.End end : FuzzModel.End.values()) {
            ends.put(end, new long[1]);
        }
        for (Reached one : Reached.values()) {
            reached.put(one, new long[1]);
        }
        for (int i = 0; i < SESSIONS; i++) {
            sessions[i] = session(sender());
        }
        begin();
    }

    private FuzzMessages.Sender sender() {
        long id = random.nextInt(20) > 0 ? random.nextLong() | 1 : random.nextBoolean() ? -1 : Long.MIN_VALUE;
        return new FuzzMessages.Sender(id, random.nextInt(3) == 0 ? 0 : random.nextLong() | 1);
    }

    private FuzzSession session(FuzzMessages.Sender sender) {
        return new FuzzSession(++sessionIds, sender, random.split());
    }

    /** A process that was not there before; what the one before had marked it finds. */
    private void begin() throws Exception {
        if (marks != null) {
            marks.close();
        }
        counts = new SourceCounts();
        received = new Received<>(type.type, isBare, false, counts, "fuzz: ");
        if (marksFile != null) {
            marks = Marks.open(marksFile);
            received.marked(marks);
        }
    }

    // ---- polled

    @Override
    public int poll(Target<? super V> into, int most) throws Exception {
        if (next >= frames) {
            return ENDED;
        }
        to = into;
        received.begin(none, target);
        boolean isBroken = false;
        long floods = reached.get(Reached.FLOOD)[0];
        int several = 1 + random.nextInt(most);
        for (int i = 0; i < several && !isBroken && floods == reached.get(Reached.FLOOD)[0]; i++) {
            isBroken = give(sessions[flood > 0 ? 0 : random.nextInt(SESSIONS)]);
        }
        if (isBroken) {
            fail();
        } else {
            received.end(); // throws what has failed
        }
        check(model.isCounted(counts), () -> "counted " + counted() + " for " + model.counts());
        missed = Math.max(missed, model.missed());
        change(isBroken);
        return several;
    }

    /** Answers whether the source is at its end with it. */
    private boolean give(FuzzSession session) {
        session.advance(messages);
        if (random.nextInt(20_000) == 0) {
            clear();
            check(session.giveBeyond(received) == Action.ABORT, () -> "went on beyond its term");
            check(offered + refused + events + letters == 0, () -> "something came of it");
            return true;
        }
        isFull = random.nextInt(16) == 0;
        clear();
        boolean isInParts = session.flags() != (FuzzSession.BEGIN | FuzzSession.END);
        FuzzModel.End end = model.take(session, isFull);
        Action done = session.give(received);
        check(
                done == (end == FuzzModel.End.FULL ? Action.ABORT : Action.CONTINUE),
                () -> end + " has answered " + done);
        look(end);
        ends.get(end)[0]++;
        if (end != FuzzModel.End.FULL) {
            next++;
            reached(Reached.IN_PARTS, isInParts && end == FuzzModel.End.OFFERED);
            flood(session);
        }
        if (end == FuzzModel.End.MARKED
                && random.nextInt(4) == 0) { // one whose number was far ahead once is not heard any more
            session.sender.beginAgain(random.nextLong() | 1, 0);
        }
        return false;
    }

    private void clear() {
        offered = 0;
        refused = 0;
        events = 0;
        letters = 0;
        wrong = null;
        letterText = null;
        readsLetters = random.nextInt(LETTERS_READ_1_OF) == 0;
    }

    /** One end, and no other. */
    private void look(FuzzModel.End end) {
        boolean isOffered = end == FuzzModel.End.OFFERED;
        boolean isTried = isOffered || end == FuzzModel.End.FULL;
        boolean isRefused = end == FuzzModel.End.REFUSED;
        long number = isOffered ? type.plain(plain.of(model.bytes, model.at, model.length)) : FuzzType.NO_EVENT;
        boolean isEvent = number != FuzzType.NO_EVENT;
        boolean isLetter = isRefused || isOffered && !isEvent;
        check(offered == (isTried ? 1 : 0), () -> end + " was offered " + offered + " times");
        check(refused == (isRefused ? 1 : 0), () -> end + " was refused " + refused + " times");
        check(events == (isEvent ? 1 : 0), () -> end + " was an event " + events + " times and not " + isEvent);
        check(letters == (isLetter ? 1 : 0), () -> end + " was a dead letter " + letters + " times");
        check(wrong == null, () -> end + ": " + wrong);
        check(!isEvent || seen == number, () -> "an event of other values");
        if (isLetter && readsLetters) {
            int kept = Math.min(model.length, 1024); // at the least
            String hex = HexFormat.of().formatHex(model.bytes, model.at, model.at + kept);
            check(letterText.contains(hex), () -> "a dead letter of " + hex + " shows " + letterText);
        }
        reached(Reached.EVENT, isEvent);
        reached(Reached.LETTER_OF_ENGINE, isOffered && !isEvent);
    }

    private void compare(Encoded bytes) {
        byte[] copy = new byte[bytes.length()];
        bytes.copyTo(copy, 0, copy.length);
        boolean isSame = copy.length == model.length
                && Arrays.equals(copy, 0, copy.length, model.bytes, model.at, model.at + copy.length);
        wrong = isSame ? wrong : copy.length + " bytes that are not the " + model.length + " expected";
    }

    /** What a receiver of the engine sees. */
    void event(V event, Meta meta) {
        events++;
        seen = type.seen(event);
        String differs = isBare ? null : model.frame.differs(meta);
        wrong = differs == null ? wrong : differs;
    }

    /** What who listens to dead letters sees. */
    void letter(DeadLetter letter) {
        letters++;
        letterText = readsLetters ? letter.event() : null;
    }

    // ---- what changes between polls

    private void change(boolean isBroken) throws Exception {
        if (isBroken || model.isAtItsBounds() && flood == 0 || random.nextInt(200) == 0) {
            restart();
        }
        FuzzSession any = sessions[random.nextInt(SESSIONS)];
        switch (flood > 0 ? -1 : random.nextInt(12)) {
            case 0: // goes, and comes again
                gone(any);
                any.image();
                break;
            case 1: // comes again before it is known that it has gone
                any.image();
                reached(Reached.ANOTHER_IMAGE, true);
                break;
            case 2: // its sender goes on in another one
                follow(any);
                break;
            case 3: // another one, which goes on with its journal
                any.sender.beginAgain(random.nextLong() | 1, random.nextInt(60));
                follow(any);
                reached(Reached.ANOTHER_SENDER, true);
                break;
            case 4:
                received.clear();
                model.clear();
                for (FuzzSession s : sessions) {
                    s.image();
                }
                reached(Reached.ANOTHER_CLIENT, true);
                break;
            case 5:
                any.sender.beginAgain(random.nextLong() | 1, 0); // in the same session
                break;
            case 6:
                sessions[random.nextInt(SESSIONS)] = session(sender());
                break;
            case 7:
                flood = random.nextInt(20) == 0 ? FLOOD : 0;
                break;
            default:
                break;
        }
    }

    private void gone(FuzzSession session) {
        received.end(session.id, none);
        model.end(session.id);
        reached(Reached.ANOTHER_IMAGE, true);
    }

    /** In the place of that one, or beside it; of the sessions that are not read any more some are known to have gone. */
    private void follow(FuzzSession one) {
        int at = random.nextInt(SESSIONS);
        for (int i = 0; i < SESSIONS && random.nextBoolean(); i++) {
            at = sessions[i] == one ? i : at;
        }
        if (random.nextBoolean()) {
            gone(sessions[at]);
        }
        sessions[at] = session(one.sender);
    }

    private void restart() throws Exception {
        if (model.isAtItsBounds() && marksFile != null) {
            marks.close();
            marks = null;
            Files.delete(marksFile);
            model.forget();
        }
        model.restart();
        begin();
        reached(Reached.ANOTHER_PROCESS, true);
    }

    /** Each message is of a sender that nobody has heard of, with a journal of its own. */
    private void flood(FuzzSession session) {
        if (flood > 0) {
            flood--;
            session.sender.beginAgain(random.nextLong() | 1, 0);
            session.sender.log = flood == 0 ? 0 : random.nextLong() | 1;
            session.isOfOnePart = flood > 0;
            reached(Reached.FLOOD, flood == 0);
        }
    }

    /** The source fails where a frame ends beyond its term, and in no other case. */
    private void fail() throws Exception {
        String why = null;
        try {
            received.end();
        } catch (AeronFault e) {
            why = e.getMessage();
        }
        String said = why;
        check(said != null && said.startsWith("fuzz: a frame of "), () -> "failed with " + said);
        reached(Reached.BEYOND_TERM, true);
    }

    private void reached(Reached what, boolean is) {
        reached.get(what)[0] += is ? 1 : 0;
    }

    private String counted() {
        return List.of(
                        counts.refused.get(),
                        counts.full.get(),
                        counts.missed.get(),
                        counts.before.get(),
                        counts.repeated.get(),
                        counts.otherClock.get())
                .toString();
    }

    private void check(boolean is, Supplier<String> what) {
        if (!is) {
            throw new AssertionError(name + ", frame " + next + ": " + what.get());
        }
    }

    @Override
    public boolean isFinite() {
        return true;
    }

    @Override
    public void close() {
        if (marks != null) {
            marks.close();
        }
    }
}
