package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a message costs the garbage collector on its way through two engines and Aeron: nothing. */
@Tag("jit")
class AeronAllocationTest {
    private static final int WARM_UP = 60_000;
    private static final int MESSAGES = 10_000;

    /** What is read where it stands, as an SBE message is. */
    static final class Tick {
        private byte[] bytes = new byte[TickType.LENGTH];
        private int at;

        long id() {
            return Bytes.getLong(bytes, at);
        }

        long timeNs() {
            return Bytes.getLong(bytes, at + 8);
        }

        Tick set(long id) {
            Bytes.putLong(bytes, 0, id);
            Bytes.putLong(bytes, 8, id);
            return this;
        }
    }

    private static final class TickType extends EventType<Tick> {
        private static final int LENGTH = 16;

        TickType() {
            super("Tick", LENGTH);
        }

        @Override
        public EventView<Tick> newView() {
            Tick tick = new Tick();
            return (bytes, offset, length) -> {
                tick.bytes = bytes;
                tick.at = offset;
                return tick;
            };
        }

        @Override
        public int encode(Tick event, byte[] target, int offset) {
            System.arraycopy(event.bytes, event.at, target, offset, LENGTH);
            return LENGTH;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return length == LENGTH ? null : "another length";
        }

        @Override
        public String layout() {
            return "16 bytes, id long@0, time long@8";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return "tick";
        }
    }

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldAllocateNothingForAMessage() throws Exception {
        EventType<Tick> type = new TickType();
        Input<Tick> in = Input.of("ticks", type)
                .eventTime(Tick::timeNs, TimeUnit.NANOSECONDS)
                .historic();
        Output<Tick> out = Output.of("ticks-out", type);
        AtomicLong got = new AtomicLong();
        try (AeronMedia media = AeronMedia.embedded().start();
                Engine b = Engine.of(Millrace.topology("b", t -> t.from(in).to(out)))
                        .input(in, AeronSource.of(media, "aeron:ipc", 1, in.type()))
                        .output(out, e -> got.lazySet(e.id()))
                        .start();
                Engine a = Engine.of(Millrace.topology(
                                "a", t -> t.from(in).filter(e -> e.id() > 0).to(out)))
                        .output(
                                out,
                                AeronSink.of(media, "aeron:ipc", 1, in.type()).unsent(Unsent.WAIT))
                        .start()) {
            Publisher<Tick> p = a.publisher(in);
            Header header = new Header();
            long id = publish(p, header, 0, WARM_UP);
            long warm = id;
            await("warm", () -> got.get() == warm);
            long least = Long.MAX_VALUE; // of a round in which the JIT had its say before
            for (int round = 0; round < 4; round++) {
                long before = allocatedOnTheWay();
                id = publish(p, header, id, MESSAGES);
                long last = id;
                await("all", () -> got.get() == last);
                least = Math.min(least, allocatedOnTheWay() - before);
            }
            assertTrue(
                    least < MESSAGES / 10,
                    least + " bytes for " + MESSAGES + " messages; dead letters "
                            + b.deadLetters().total());
        }
    }

    private static long publish(Publisher<Tick> p, Header header, long from, int n) {
        Tick tick = new Tick();
        for (long id = from + 1; id <= from + n; id++) {
            p.publish(tick.set(id), header.clear().intendedNs(id).correlationId(id));
        }
        return from + n;
    }

    /** By the stages of both engines and the thread that polls Aeron. */
    private static long allocatedOnTheWay() {
        long sum = 0;
        for (ThreadInfo t : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (t != null && t.getThreadName().matches("millrace-[ab](-ticks)?")) {
                sum += THREADS.getThreadAllocatedBytes(t.getThreadId());
            }
        }
        return sum;
    }
}
