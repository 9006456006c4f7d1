package io.millrace.bench;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.millrace.bench.AeronSides.Ended;
import io.millrace.bench.AeronSides.Wires;
import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.rig.Hlog;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import io.millrace.transport.aeron.AeronMedia;
import io.millrace.transport.aeron.AeronSink;
import io.millrace.transport.aeron.Unsent;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What Millrace adds to Aeron: a ping is sent back by a bare Aeron loop, and by source, filter and sink of an inline host, over the same
 * driver, in turns, with the same frame and the same waiting; then frames are sent at a rate from one thread to another, by offer and poll
 * and by sink and source, and then as fast as they are taken by either, and as fast as either sends them back.
 */
final class AeronCommand implements BenchCommand {
    private static final long HIGHEST_NS = 10_000_000_000L;
    private static final List<String> WHO = List.of("bare", "millrace");
    private static final String HELD = "one way held";

    /** What frames go by. */
    private enum Channel {
        IPC,
        UDP
    }

    /** What is measured of either side; times in µs. */
    enum Figure {
        TRIP_P50("round trip p50 us", "at most 1.3"),
        TRIP_P99("round trip p99 us", "at most 1.3"),
        WAY_P50("one way p50 us", "at most 1.3"),
        WAY_P99("one way p99 us", "at most 1.3"),
        RATE("messages/s", "at least 0.8"),
        RELAYED("messages/s, sent back", "at least 0.8"),
        FLOOD_BYTES("bytes a message, flood", "0 bytes"),
        WAY_BYTES("bytes a message, one way", "0 bytes");

        private final String text;
        private final String aim;

        Figure(String text, String aim) {
            this.text = text;
            this.aim = aim;
        }

        boolean isBytes() {
            return this == FLOOD_BYTES || this == WAY_BYTES;
        }
    }

    /** How much of each there is in a round. */
    private record Amounts(int rounds, int pings, long frames, int events, long everyNs) {}

    /** What one side has shown in a round. */
    record Round(Map<Figure, Double> figures, Histogram trip, AeronOneWay.Round way) {}

    /** All rounds of one side. */
    static final class Side {
        private final Map<Figure, List<Double>> figures = new LinkedHashMap<>();
        private int rounds;
        private int held;

        void add(Round round) {
            round.figures.forEach((figure, value) ->
                    figures.computeIfAbsent(figure, f -> new ArrayList<>()).add(value));
            rounds++;
            held += round.way.held() ? 1 : 0;
        }

        boolean isHeld() {
            return held == rounds;
        }

        String heldWords() {
            return isHeld() ? "yes" : held + " of " + rounds;
        }
    }

    @Override
    public String name() {
        return "aeron";
    }

    @Override
    public String summary() {
        return "round trip, one way, throughput and garbage over Aeron, against bare Aeron with the same driver";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--channel", "NAMES", "ipc,udp", "ipc, udp (this machine) or both, with commas")
                .option("--pings", "N", "20000", "pings in a round")
                .option("--frames", "N", "1000000", "frames in a round of throughput")
                .option("--events", "N", "100000", "events one way in a round")
                .option("--rate", "R", "50000", "of these, a second")
                .option("--rounds", "N", "11", "rounds of each, in turns")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--hlog", "FILE", null, "also write all histograms to this file (HdrHistogram log)");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        List<Channel> channels = options.allOf("--channel", Channel.class);
        Amounts amounts = new Amounts(
                (int) options.number("--rounds", 1, 1_000),
                (int) options.number("--pings", 100, 10_000_000),
                options.number("--frames", 1_000, 1_000_000_000),
                (int) options.number("--events", 1_000, 100_000_000),
                1_000_000_000 / options.number("--rate", 1, 10_000_000));
        Map<String, Object> figures = Machine.tellWithJitter(Machine.ownFlags());
        Machine.Watch watch = new Machine.Watch();
        boolean held = true;
        try (Hlog log = options.has("--hlog") ? new Hlog(options.text("--hlog")) : null) {
            for (Channel channel : channels) {
                Map<String, Side> sides = measure(channel, amounts, log);
                figures.put(by(channel), json(sides));
                held &= sides.values().stream().allMatch(Side::isHeld);
            }
        } catch (Ended e) {
            throw new IOException(e.getMessage(), e);
        } catch (RuntimeException | IOException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
        watch.end(figures);
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), figures);
        }
        if (!held) {
            System.out.println("FAIL: the rate was not held");
        }
        return held ? OK : FAILED;
    }

    private static String by(Channel channel) {
        return channel.name().toLowerCase(Locale.ROOT);
    }

    /** Over a driver of its own; the log may be null. */
    private static Map<String, Side> measure(Channel channel, Amounts amounts, Hlog log) throws Exception {
        boolean udp = channel == Channel.UDP;
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
            Map<String, Side> all = new LinkedHashMap<>();
            WHO.forEach(who -> all.put(who, new Side()));
            try (AeronWays bare = new AeronWays(wires, frame, true);
                    AeronWays ours = new AeronWays(wires, frame, false)) {
                for (int round = -1;
                        round < amounts.rounds;
                        round++) { // the first is for the compiler, and for fresh memory
                    for (String who : WHO) {
                        Round one = round(wires, frame, who, who.equals("bare") ? bare : ours, amounts);
                        if (round >= 0) {
                            all.get(who).add(one);
                            keep(log, by(channel) + '.' + who, round, one);
                        }
                    }
                }
            }
            print(channel, frame, all.get("bare"), all.get("millrace"));
            return all;
        }
    }

    private static void keep(Hlog log, String tag, int round, Round one) {
        if (log != null) {
            log.add(tag + ".round-trip", round, 1, one.trip);
            log.add(tag + ".one-way", round, 1, one.way.latencyNs());
        }
    }

    private static Round round(Wires wires, UnsafeBuffer frame, String who, AeronWays ways, Amounts amounts)
            throws Exception {
        Map<Figure, Double> one = new LinkedHashMap<>();
        Histogram trip = ways.ping(amounts.pings);
        one.put(Figure.TRIP_P50, trip.getValueAtPercentile(50) / 1e3);
        one.put(Figure.TRIP_P99, trip.getValueAtPercentile(99) / 1e3);
        AeronOneWay.Round way = AeronOneWay.run(wires, frame, who, amounts.events, amounts.everyNs);
        one.put(Figure.WAY_P50, way.latencyNs().getValueAtPercentile(50) / 1e3);
        one.put(Figure.WAY_P99, way.latencyNs().getValueAtPercentile(99) / 1e3);
        AeronWays.Flood flood = ways.flood(amounts.frames);
        one.put(Figure.RATE, flood.perSecond());
        one.put(Figure.RELAYED, ways.relay(amounts.frames));
        one.put(Figure.FLOOD_BYTES, flood.bytes());
        one.put(Figure.WAY_BYTES, way.bytes());
        return new Round(one, trip, way);
    }

    /** Medians, and from the least to the most. */
    private static void print(Channel channel, UnsafeBuffer frame, Side bare, Side ours) {
        String line = "%-26s %-34s %-34s %6s  %s%n";
        System.out.printf("%n%s: frames of %d bytes, one driver, both sides yield%n", by(channel), frame.capacity());
        System.out.printf(line, "", "bare", "millrace", "ratio", "aim");
        for (Figure figure : Figure.values()) {
            System.out.printf(
                    line,
                    figure.text,
                    words(figure, Median.of(bare.figures.get(figure))),
                    words(figure, Median.of(ours.figures.get(figure))),
                    figure.isBytes() ? "" : String.format(Locale.ROOT, "%.2f", ratio(figure, bare, ours)),
                    figure.aim);
        }
        System.out.printf(line, HELD, bare.heldWords(), ours.heldWords(), "", "yes");
    }

    private static double ratio(Figure figure, Side bare, Side ours) {
        return Median.of(ours.figures.get(figure)).median()
                / Median.of(bare.figures.get(figure)).median();
    }

    private static Map<String, Object> json(Map<String, Side> sides) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (Figure figure : Figure.values()) {
            sides.forEach((who, side) -> json.put(who + ' ' + figure.text, side.figures.get(figure)));
            if (!figure.isBytes()) {
                json.put("ratio " + figure.text, ratio(figure, sides.get("bare"), sides.get("millrace")));
            }
        }
        sides.forEach((who, side) -> json.put(who + ' ' + HELD, side.isHeld()));
        return json;
    }

    private static String words(Figure figure, Median m) {
        String form =
                figure == Figure.RATE || figure == Figure.RELAYED ? "%,.0f (%,.0f to %,.0f)" : "%.2f (%.2f to %.2f)";
        return String.format(Locale.ROOT, form, m.median(), m.least(), m.most());
    }

    /** What a sink sends for a transaction, as it stands on the wire; its id is the 8 bytes behind header and message header. */
    private static UnsafeBuffer frame(Wires wires) throws Exception {
        AtomicReference<byte[]> seen = new AtomicReference<>();
        try (Subscription all = wires.aeron().addSubscription("aeron:ipc", 9);
                Inline one = Engine.of(Millrace.topology(
                                "one", t -> t.from(Messages.TRANSACTIONS).to(AeronSides.OUT)))
                        .output(
                                AeronSides.OUT,
                                AeronSink.of(wires.media(), "aeron:ipc", 9, Messages.TRANSACTION)
                                        .unsent(Unsent.WAIT))
                        .inline()) {
            Claims<TransactionEncoder> claims = one.claims(Messages.TRANSACTIONS);
            claims.claim().id(-1).card(1).timeMs(1).amountCents(1).merchant(1);
            claims.commit(null);
            while (seen.get() == null || !isTransaction(seen.get())) {
                wires.pause();
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
        return new UnsafeBuffer(frame).getLong(frame.length - AeronSides.idFromEnd(), ByteOrder.LITTLE_ENDIAN) == -1;
    }
}
