package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.transport.EventSource;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Frames as a poll gives them, from the memory of the test: no driver is between, so there may be many. */
class ReceivedTest {
    /** A hundred million by {@code -Dmillrace.fuzz=100000000}. */
    private static final long FRAMES = Long.getLong("millrace.fuzz", 1_000_000);

    private static final long SEED = Long.getLong("millrace.seed", 11);
    private static final int FRONT = DataHeaderFlyweight.HEADER_LENGTH;
    private static final int LONGEST = 128 << 10;
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    /** What the JVM itself may take meanwhile: with a million frames, one that keeps five bytes of each is found. */
    private static final long GROWTH_MAX = 3 << 20;

    /** One frame in a buffer, with Aeron's header in front. */
    private static final class Frame {
        private final UnsafeBuffer term = new UnsafeBuffer(new byte[FRONT + LONGEST]);
        private final UnsafeBuffer message = new UnsafeBuffer(term, FRONT, LONGEST);

        private io.aeron.logbuffer.Header of(int session) {
            term.putByte(DataHeaderFlyweight.FLAGS_FIELD_OFFSET, FrameDescriptor.UNFRAGMENTED);
            term.putInt(DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, session, ByteOrder.LITTLE_ENDIAN);
            io.aeron.logbuffer.Header header = new io.aeron.logbuffer.Header(0, 0, "image " + session);
            header.buffer(term);
            header.offset(0);
            return header;
        }

        private Action give(Received<Note> to, int length, io.aeron.logbuffer.Header header) {
            return to.onFragment(term, FRONT, length, header);
        }
    }

    /** Brings frames that are no sender's to an engine; keeps one for which there is no room. */
    private static final class Fuzz implements EventSource<Note> {
        private final Frame frame = new Frame();
        private final io.aeron.logbuffer.Header header = frame.of(5);
        private final FuzzFrames frames = new FuzzFrames(frame.message, new SplittableRandom(SEED));
        private final SourceCounts counts = new SourceCounts();
        private final Received<Note> received = new Received<>(NOTE, false, false, counts, "fuzz: ");
        private final Subscription subscription;
        private final Runnable atAThird;
        private long next;

        Fuzz(Subscription subscription, Runnable atAThird) {
            this.subscription = subscription;
            this.atAThird = atAThird;
        }

        @Override
        public int poll(Target<? super Note> to, int most) throws Exception {
            if (next == FRAMES) {
                return ENDED;
            }
            received.begin(subscription, to);
            for (int i = 0; i < most && next < FRAMES; i++) {
                int length = frames.next(next++);
                assertEquals(Action.CONTINUE, frame.give(received, length, header)); // an inline host has room
                if (next == FRAMES / 3) {
                    atAThird.run();
                }
            }
            received.end(); // throws what has failed
            return most;
        }

        @Override
        public boolean isFinite() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Each is an event or a dead letter, those that were left whole arrive, nothing is thrown anywhere, memory stays as it was. */
    @Test
    void shouldTakeOrRefuseAMillionFrames() throws Exception {
        long[] taken = {0, 0};
        long[] usedAtFirst = {0};
        try (Recording thrown = new Recording();
                AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1)) {
            thrown.enable("jdk.JavaExceptionThrow").withoutStackTrace();
            Fuzz fuzz = new Fuzz(
                    none,
                    () -> { // behind what the JVM throws while it links code that runs for the first time
                        thrown.start();
                        usedAtFirst[0] = used();
                    });
            try (Inline engine = Engine.of(Streams.through())
                    .input(IN, fuzz)
                    .output(OUT, n -> {
                        taken[0]++;
                        taken[1] += n.text().startsWith("whole") ? 1 : 0;
                    })
                    .inline()) {
                engine.run();
                thrown.stop();
                long letters = engine.deadLetters().total();
                assertEquals(fuzz.frames.events, taken[0] + letters);
                assertEquals(fuzz.frames.whole, taken[1]);
                assertTrue(letters > FRAMES / 3, "of " + FRAMES + " few are bad: " + letters);
                assertEquals(0, thrownBy(thrown));
                Streams.await("memory as it was, seed " + SEED, () -> used() - usedAtFirst[0] < GROWTH_MAX);
            }
        }
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** By the thread of the test, which is that of the engine. */
    private static long thrownBy(Recording recording) throws Exception {
        Path file = Files.createTempFile("thrown", ".jfr");
        try {
            recording.dump(file);
            String own = Thread.currentThread().getName();
            return RecordingFile.readAllEvents(file).stream()
                    .filter(e ->
                            e.getThread() != null && own.equals(e.getThread().getJavaName()))
                    .count();
        } finally {
            Files.delete(file);
        }
    }

    // ---- the short way beside one that looks at each frame

    /** What is expected of frames of several sessions and senders, frame by frame. */
    private static final class Model {
        private final Map<Long, Long> last = new HashMap<>();
        private final List<String> taken = new ArrayList<>();
        private long events;
        private long refused;
        private long full;
        private long missed;
        private long before;
        private long repeated;

        private void count(long sender, long number) {
            Long had = last.put(sender, number);
            if (had == null) {
                before += Math.max(0, number - 1);
            } else if (number > had) {
                missed += number - had - 1;
            } else {
                repeated++;
            }
        }

        private String counts() {
            return List.of(events, refused, full, missed, before, repeated).toString();
        }
    }

    private static String counts(SourceCounts c) {
        return List.of(c.events.get(), c.refused.get(), c.full.get(), c.missed.get(), c.before.get(), c.repeated.get())
                .toString();
    }

    /** Has room or not, as the test says, and notes what came. */
    private static final class Target implements EventSource.Target<Note> {
        private final List<String> taken = new ArrayList<>();
        private boolean isFull;

        @Override
        public void take(Note event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            if (!isFull) {
                byte[] bytes = new byte[event.length()];
                event.copyTo(bytes, 0, bytes.length);
                taken.add(text(FakeMeta.of(header), bytes));
            }
            return !isFull;
        }

        @Override
        public void refuse(EventSource.Encoded bytes, Reason reason, String why) {
            assertTrue(why.contains("another layout"), why);
        }
    }

    private static String text(FakeMeta meta, byte[] bytes) {
        return meta.text() + ' ' + NOTE.newView().wrap(bytes, 0, bytes.length);
    }

    /** The next one of the sender heard last goes a shorter way than others: what comes of it is the same. */
    @Test
    void shouldTakeWhatComesNextAsAnythingElse() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1)) {
            for (long seed = SEED; seed < SEED + 300; seed++) {
                compare(new SplittableRandom(seed), none, "seed " + seed);
            }
        }
    }

    private static void compare(SplittableRandom random, Subscription none, String seed) throws Exception {
        SourceCounts counts = new SourceCounts();
        Received<Note> received = new Received<>(NOTE, false, false, counts, "");
        Target target = new Target();
        Model model = new Model();
        Frame frame = new Frame();
        List<io.aeron.logbuffer.Header> headers = List.of(frame.of(0), frame.of(1), frame.of(2));
        long[] numbers = new long[4];
        int session = 0;
        int sender = 0;
        received.begin(none, target);
        for (int i = 0; i < 200; i++) {
            session = random.nextInt(8) == 0 ? random.nextInt(headers.size()) : session;
            sender = random.nextInt(8) == 0 ? random.nextInt(numbers.length) : sender;
            int how = random.nextInt(16);
            long number = how == 0 ? random.nextInt(20) : how == 1 ? numbers[sender] : numbers[sender] + 1;
            boolean other = how == 2;
            FakeMeta meta = new FakeMeta(how < 6 ? random.nextInt(9) : 0, random.nextInt(1_000));
            target.isFull = how == 7;
            byte[] bytes = new byte[NOTE.maxLength()];
            int length = NOTE.encode(new Note(i, "x".repeat(random.nextInt(200))), bytes, 0);
            int front = write(frame.message, meta, number, sender + 10, other);
            frame.message.putBytes(front, bytes, 0, length);
            frame.of(session);
            Action done = frame.give(received, front + length, headers.get(session));
            assertEquals(target.isFull && !other ? Action.ABORT : Action.CONTINUE, done, seed);
            if (done == Action.ABORT) {
                model.full++;
                continue;
            }
            model.count(sender + 10, number);
            numbers[sender] = number;
            if (other) {
                model.refused++;
            } else {
                model.events++;
                model.taken.add(text(meta, bytes));
            }
            assertEquals(other, received.trouble() != null, seed);
            if (random.nextInt(10) == 0) {
                received.end();
                if (random.nextInt(4) == 0) {
                    received.end(session, none);
                }
                received.begin(none, target);
            }
        }
        received.end();
        assertEquals(model.taken, target.taken, seed);
        assertEquals(model.counts(), counts(counts), seed);
    }

    private static int write(UnsafeBuffer to, FakeMeta meta, long number, long sender, boolean isOther) {
        int mask = Wire.mask(meta, 0);
        long contract = Wire.contract(NOTE.fingerprint()) ^ (isOther ? 1 : 0);
        Wire.begin(to, 0, Wire.EVENT, mask, contract, number, sender);
        Wire.event(to, 0, mask, meta, 0);
        return Wire.length(mask);
    }
}
