package io.millrace.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.DutyCycle;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.Output;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import io.millrace.transport.aeron.AeronMedia;
import io.millrace.transport.aeron.AeronSink;
import io.millrace.transport.aeron.AeronSource;
import io.millrace.transport.aeron.Unsent;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What Millrace adds to Aeron: a ping is sent back by a bare Aeron loop, and by source, filter and sink of an inline host, over the same
 * driver, in turns, with the same frame and the same waiting; then frames are sent as fast as they are taken by either.
 */
final class AeronCommand implements BenchCommand {
    private static final Output<TransactionDecoder> OUT = Output.of("out", Messages.TRANSACTION);
    private static final long HIGHEST_NS = 10_000_000_000L;
    private static final int FRAGMENTS = 64;

    /** Where the number of a message stands in a frame of a sink. */
    private static final int NUMBER_AT = 16;

    private static final List<String> WHO = List.of("bare", "millrace");

    /** What frames go by. */
    private enum Channel {
        IPC,
        UDP
    }

    /** Channels of a ping, its answer, and of the frame that is looked at. */
    private record Wires(Aeron aeron, AeronMedia media, String there, String back) {}

    /** What answers, or counts, until it is stopped. */
    private interface Side extends AutoCloseable {
        /** One round; answers whether there was something. */
        boolean work() throws Exception;

        /** How many frames it has taken. */
        long taken();

        @Override
        void close();
    }

    @Override
    public String name() {
        return "aeron";
    }

    @Override
    public String summary() {
        return "round trip and throughput over Aeron, against bare Aeron with the same driver";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--channel", "NAME", "ipc", "ipc or udp (this machine)")
                .option("--pings", "N", "20000", "pings in a round")
                .option("--frames", "N", "1000000", "frames in a round of throughput")
                .option("--rounds", "N", "11", "rounds of each, in turns")
                .option("--json", "FILE", null, "also write the figures to this file");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        boolean udp = options.oneOf("--channel", Channel.class) == Channel.UDP;
        int rounds = (int) options.number("--rounds", 1, 1_000);
        int pings = (int) options.number("--pings", 100, 10_000_000);
        long frames = options.number("--frames", 1_000, 1_000_000_000);
        Map<String, Object> figures = Machine.conditions(List.of());
        Machine.print(figures);
        try (AeronMedia media = AeronMedia.embedded().termBytes(16 << 20).start();
                Aeron aeron = Aeron.connect(new Aeron.Context()
                        .aeronDirectoryName(media.directory().toString())
                        .errorHandler(e -> System.err.println("bench/run: aeron: " + e)))) {
            Wires wires = new Wires(
                    aeron,
                    media,
                    udp ? "aeron:udp?endpoint=localhost:24377" : "aeron:ipc",
                    udp ? "aeron:udp?endpoint=localhost:24378" : "aeron:ipc");
            UnsafeBuffer frame = frame(wires);
            System.out.printf("frame     %d bytes%n", frame.capacity());
            measure(wires, frame, rounds, pings, frames, figures);
        } catch (RuntimeException | IOException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
        System.out.printf("load after %.2f%n", Machine.load());
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), figures);
        }
        return 0;
    }

    private static void measure(
            Wires wires, UnsafeBuffer frame, int rounds, int pings, long frames, Map<String, Object> figures)
            throws Exception {
        Map<String, List<Double>> all = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) { // the first is for the compiler
            for (String who : WHO) {
                Histogram trip = ping(wires, frame, who, pings);
                double perSecond = flood(wires, frame, who, frames);
                if (round >= 0) {
                    add(all, who + " p50 us", trip.getValueAtPercentile(50) / 1e3);
                    add(all, who + " p99 us", trip.getValueAtPercentile(99) / 1e3);
                    add(all, who + " frames/s", perSecond);
                }
            }
        }
        all.forEach((name, values) -> {
            Median m = Median.of(values);
            figures.put(name, m.median());
            System.out.printf("%-20s %14.2f  (%.2f to %.2f)%n", name, m.median(), m.least(), m.most());
        });
        for (String what : List.of("p50 us", "p99 us", "frames/s")) {
            double ratio = Median.of(all.get("millrace " + what)).median()
                    / Median.of(all.get("bare " + what)).median();
            figures.put("ratio " + what, ratio);
            System.out.printf("%-20s %14.2f%n", "ratio " + what, ratio);
        }
    }

    private static void add(Map<String, List<Double>> all, String name, double value) {
        all.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    /** What a sink sends for a transaction, as it stands on the wire; its id is the 8 bytes behind header and message header. */
    private static UnsafeBuffer frame(Wires wires) throws Exception {
        AtomicReference<byte[]> seen = new AtomicReference<>();
        try (Subscription all = wires.aeron.addSubscription("aeron:ipc", 9);
                Inline one = Engine.of(Millrace.topology(
                                "one", t -> t.from(Messages.TRANSACTIONS).to(OUT)))
                        .output(
                                OUT,
                                AeronSink.of(wires.media, "aeron:ipc", 9, Messages.TRANSACTION)
                                        .unsent(Unsent.WAIT))
                        .inline()) {
            Claims<TransactionEncoder> claims = one.claims(Messages.TRANSACTIONS);
            claims.claim().id(-1).card(1).timeMs(1).amountCents(1).merchant(1);
            claims.commit(null);
            while (seen.get() == null || !isTransaction(seen.get())) {
                all.poll(
                        (buffer, offset, length, header) -> {
                            byte[] copy = new byte[length];
                            buffer.getBytes(offset, copy);
                            seen.set(copy);
                        },
                        1);
            }
        }
        return new UnsafeBuffer(seen.get());
    }

    /** In front of the first event the sink says its layout in words. */
    private static boolean isTransaction(byte[] frame) {
        return new UnsafeBuffer(frame).getLong(frame.length - idFromEnd(), ByteOrder.LITTLE_ENDIAN) == -1;
    }

    private static int idFromEnd() {
        return Messages.TRANSACTION.maxLength() - 8;
    }

    /** Of the event and of the message, as a sink would: a source looks at the number of a message that does not go on by one. */
    private static void number(UnsafeBuffer frame, int idAt, long id) {
        frame.putLong(idAt, id, ByteOrder.LITTLE_ENDIAN);
        frame.putLong(NUMBER_AT, id, ByteOrder.LITTLE_ENDIAN);
    }

    // ---- round trip

    private static Histogram ping(Wires wires, UnsafeBuffer frame, String who, int pings) throws Exception {
        Histogram trip = new Histogram(HIGHEST_NS, 3);
        int idAt = frame.capacity() - idFromEnd();
        Running echo = new Running(who.equals("bare") ? new BareEcho(wires) : Echo.of(wires, true));
        try (ExclusivePublication out = wires.aeron.addExclusivePublication(wires.there, who.equals("bare") ? 1 : 3);
                Subscription in = wires.aeron.addSubscription(wires.back, who.equals("bare") ? 2 : 4)) {
            while (!out.isConnected()) { // a sink makes its publication with its first event
                Thread.yield();
            }
            long[] got = {0};
            for (long id = 1; id <= pings; id++) {
                long wanted = id;
                number(frame, idAt, id);
                long fromNs = System.nanoTime();
                while (out.offer(frame, 0, frame.capacity()) < 0) {
                    Thread.yield();
                }
                while (got[0] != wanted) {
                    int n = in.poll(
                            (b, offset, length, h) -> {
                                if (length == frame.capacity()) {
                                    got[0] = b.getLong(offset + idAt, ByteOrder.LITTLE_ENDIAN);
                                }
                            },
                            FRAGMENTS);
                    if (n == 0) {
                        Thread.yield();
                    }
                }
                trip.recordValue(Math.min(System.nanoTime() - fromNs, HIGHEST_NS));
            }
        } finally {
            echo.stop();
        }
        return trip;
    }

    // ---- throughput

    private static double flood(Wires wires, UnsafeBuffer frame, String who, long frames) throws Exception {
        int idAt = frame.capacity() - idFromEnd();
        Running counts = new Running(who.equals("bare") ? new BareCount(wires) : Echo.of(wires, false));
        try (ExclusivePublication out = wires.aeron.addExclusivePublication(wires.there, who.equals("bare") ? 5 : 6)) {
            while (!out.isConnected()) {
                Thread.yield();
            }
            long fromNs = System.nanoTime();
            for (long id = 1; id <= frames; id++) {
                number(frame, idAt, id);
                while (out.offer(frame, 0, frame.capacity()) < 0) {
                    Thread.yield();
                }
            }
            while (counts.side.taken() < frames) {
                Thread.yield();
            }
            return frames * 1e9 / (System.nanoTime() - fromNs);
        } finally {
            counts.stop();
        }
    }

    /** A side and its thread, which yields when there is nothing. */
    private static final class Running {
        private final Side side;
        private final Thread thread;
        private volatile boolean stopped;

        Running(Side side) {
            this.side = side;
            thread = new Thread(this::run, "other side");
            thread.start();
        }

        private void run() {
            try {
                while (!stopped) {
                    if (!side.work()) {
                        Thread.yield();
                    }
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                side.close();
            }
        }

        void stop() throws InterruptedException {
            stopped = true;
            thread.join();
        }
    }

    private static final class BareEcho implements Side {
        private final ExclusivePublication out;
        private final Subscription in;

        BareEcho(Wires wires) {
            out = wires.aeron.addExclusivePublication(wires.back, 2);
            in = wires.aeron.addSubscription(wires.there, 1);
        }

        @Override
        public boolean work() {
            return in.poll((b, offset, length, h) -> back(b, offset, length), FRAGMENTS) > 0;
        }

        private void back(DirectBuffer b, int offset, int length) {
            while (out.offer(b, offset, length) < 0) {
                Thread.yield();
            }
        }

        @Override
        public long taken() {
            return 0;
        }

        @Override
        public void close() {
            in.close();
            out.close();
        }
    }

    private static final class BareCount implements Side {
        private final Subscription in;
        private volatile long taken;
        private long sum;

        BareCount(Wires wires) {
            in = wires.aeron.addSubscription(wires.there, 5);
        }

        @Override
        public boolean work() {
            int n = in.poll((b, offset, length, h) -> sum += b.getLong(offset + length - idFromEnd()), FRAGMENTS);
            taken += n; // one writer
            return n > 0;
        }

        @Override
        public long taken() {
            return taken;
        }

        @Override
        public void close() {
            in.close();
            assert sum != 1;
        }
    }

    /** Source and filter of an inline host, and a sink or a count behind. */
    private static final class Echo implements Side {
        private final Inline engine;
        private final long[] count;
        private DutyCycle cycle;
        private volatile long taken;

        private Echo(Inline engine, long[] count) {
            this.engine = engine;
            this.count = count;
        }

        static Echo of(Wires wires, boolean back) {
            long[] count = {0};
            Setup setup = Engine.of(Millrace.topology(
                            "echo",
                            t -> t.from(Messages.TRANSACTIONS)
                                    .filter(x -> x.id() >= 0)
                                    .to(OUT)))
                    .input(
                            Messages.TRANSACTIONS,
                            AeronSource.of(wires.media, wires.there, back ? 3 : 6, Messages.TRANSACTION));
            return new Echo(
                    back
                            ? setup.output(
                                            OUT,
                                            AeronSink.of(wires.media, wires.back, 4, Messages.TRANSACTION)
                                                    .unsent(Unsent.WAIT))
                                    .inline()
                            : setup.output(OUT, x -> count[0]++).inline(),
                    count);
        }

        @Override
        public boolean work() throws Exception {
            if (cycle == null) {
                cycle = DutyCycle.of(engine);
            }
            boolean busy = cycle.work();
            taken = count[0];
            return busy;
        }

        @Override
        public long taken() {
            return taken;
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
