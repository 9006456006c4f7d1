package io.millrace.bench;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.millrace.bench.AeronSides.Ended;
import io.millrace.bench.AeronSides.Who;
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
import io.millrace.transport.aeron.AeronSink;
import io.millrace.transport.aeron.Threading;
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
 * What Millrace adds to Aeron: a ping is sent back by a bare Aeron loop, and by source, filter and sink of an engine, inline or live, over the
 * same driver, in turns, with the same frame and the same waiting; then frames are sent at a rate from one thread to another, by offer and poll
 * and by sink and source, and then as fast as they are taken by either, and as fast as either sends them back.
 */
final class AeronCommand implements BenchCommand {
    private static final long HIGHEST_NS = 10_000_000_000L;
    private static final String HELD = "one way held";

    /** A round that does not count: it is for the compiler, and for fresh memory. */
    private static final int FIRST = -1;

    /** What frames go by. */
    private enum Channel {
        IPC,
        UDP
    }

    /** Which engine of ours stands beside bare Aeron. */
    enum Host {
        INLINE(Who.INLINE, "an inline host, run by the thread that polls"),
        ENGINE(Who.ENGINE, "a live engine (start()), with threads of its own");

        private final Who who;
        private final String words;

        Host(Who who, String words) {
            this.who = who;
            this.words = words;
        }
    }

    /** Which threads the driver has. */
    enum Driver {
        FITTING(Threading.FITTING),
        SHARED(Threading.SHARED),
        DEDICATED(Threading.DEDICATED),
        INVOKER(Threading.INVOKER);

        private final Threading threading;

        Driver(Threading threading) {
            this.threading = threading;
        }
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

    /** How long each part of a round takes, and how often events are due one way. */
    private record Amounts(int rounds, long partNs, long everyNs) {
        int events() {
            return (int) Math.max(2, partNs / everyNs);
        }
    }

    /** Bare, and ours. */
    private record Sides(Side bare, Side ours) {
        boolean isHeld() {
            return bare.isHeld() && ours.isHeld();
        }
    }

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
                .option(
                        "--host",
                        "NAMES",
                        "inline,engine",
                        "engines beside bare Aeron: inline, engine (live) or both, with commas")
                .option(
                        "--threading",
                        "NAME",
                        "fitting",
                        "threads of the driver: fitting (to the processors), shared, dedicated, invoker")
                .option("--ms", "N", "2000", "how long each part of a round takes")
                .option("--rate", "R", "50000", "events a second, one way")
                .option("--rounds", "N", "7", "rounds of each, in turns")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--hlog", "FILE", null, "also write all histograms to this file (HdrHistogram log)");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        List<Channel> channels = options.allOf("--channel", Channel.class);
        List<Host> hosts = options.allOf("--host", Host.class);
        Threading threading = options.oneOf("--threading", Driver.class).threading;
        Amounts amounts = new Amounts(
                (int) options.number("--rounds", 1, 1_000),
                options.number("--ms", 1, 60_000) * 1_000_000,
                1_000_000_000 / options.number("--rate", 1, 10_000_000));
        Map<String, Object> figures = Machine.tellWithJitter(Machine.ownFlags());
        Machine.Watch watch = new Machine.Watch();
        boolean held = true;
        try (Hlog log = options.has("--hlog") ? new Hlog(options.text("--hlog")) : null) {
            for (Channel channel : channels) {
                for (Host host : hosts) {
                    try (AeronDriver driver = new AeronDriver(threading)) {
                        Sides sides = measure(driver, channel, host, amounts, log);
                        figures.put("driver", driver.words());
                        figures.put(by(channel, host), json(sides));
                        held &= sides.isHeld();
                    }
                }
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

    private static String by(Channel channel, Host host) {
        return channel.name().toLowerCase(Locale.ROOT) + (host == Host.INLINE ? "" : " engine");
    }

    /** The log may be null. */
    private static Sides measure(AeronDriver driver, Channel channel, Host host, Amounts amounts, Hlog log)
            throws Exception {
        boolean udp = channel == Channel.UDP;
        try (Aeron aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driver.media().directory().toString())
                .errorHandler(e -> System.err.println("bench/run: aeron: " + e)))) {
            Wires wires = new Wires(
                    aeron,
                    driver,
                    udp ? "aeron:udp?endpoint=localhost:24377" : "aeron:ipc",
                    udp ? "aeron:udp?endpoint=localhost:24378" : "aeron:ipc");
            UnsafeBuffer frame = frame(wires);
            Sides all = new Sides(new Side(), new Side());
            Part bare = new Part(wires, frame, Who.BARE, all.bare, amounts, log, by(channel, host) + ".bare");
            Part ours = new Part(wires, frame, host.who, all.ours, amounts, log, by(channel, host) + ".millrace");
            if (host == Host.INLINE) {
                inTurns(bare, ours, amounts.rounds);
            } else {
                apart(bare, ours, amounts.rounds);
            }
            System.out.printf(
                    "%n%s: frames of %d bytes, %s beside bare Aeron, both ends yield where there is nothing%n",
                    by(channel, host), frame.capacity(), host.words);
            System.out.println("driver of both: " + driver.words());
            print(all.bare, all.ours);
            return all;
        }
    }

    /** Either side first in every second round; whoever is not measured rests. */
    private static void inTurns(Part bare, Part ours, int rounds) throws Exception {
        try (AeronWays bareWays = bare.open();
                AeronWays oursWays = ours.open()) {
            for (int round = FIRST; round < rounds; round++) {
                boolean isBareFirst = round % 2 == 0;
                if (isBareFirst) {
                    bare.round(bareWays, round);
                }
                ours.round(oursWays, round);
                if (!isBareFirst) {
                    bare.round(bareWays, round);
                }
            }
        }
    }

    /** A live engine has threads that look for work always, so it is closed while the bare side is measured: half of that before it, half behind. */
    private static void apart(Part bare, Part ours, int rounds) throws Exception {
        try (AeronWays bareWays = bare.open()) {
            int half = (rounds + 1) / 2;
            for (int round = FIRST; round < half; round++) {
                bare.round(bareWays, round);
            }
            try (AeronWays oursWays = ours.open()) {
                for (int round = FIRST; round < rounds; round++) {
                    ours.round(oursWays, round);
                }
            }
            for (int round = half; round < rounds; round++) {
                bare.round(bareWays, round);
            }
        }
    }

    /** One side and where its rounds go; the log may be null. */
    private record Part(Wires wires, UnsafeBuffer frame, Who who, Side side, Amounts amounts, Hlog log, String tag) {
        AeronWays open() {
            return new AeronWays(wires, frame, who);
        }

        void round(AeronWays ways, int number) throws Exception {
            Round round = AeronCommand.round(wires, frame, who, ways, amounts);
            if (number != FIRST) {
                side.add(round);
                keep(log, tag, number, round);
            }
        }
    }

    private static void keep(Hlog log, String tag, int round, Round one) {
        if (log != null) {
            String name = tag.replace(' ', '-');
            log.add(name + ".round-trip", round, 1, one.trip);
            log.add(name + ".one-way", round, 1, one.way.latencyNs());
        }
    }

    private static Round round(Wires wires, UnsafeBuffer frame, Who who, AeronWays ways, Amounts amounts)
            throws Exception {
        Map<Figure, Double> one = new LinkedHashMap<>();
        wires.driver().take();
        Histogram trip = ways.ping(amounts.partNs);
        wires.driver().give();
        one.put(Figure.TRIP_P50, trip.getValueAtPercentile(50) / 1e3);
        one.put(Figure.TRIP_P99, trip.getValueAtPercentile(99) / 1e3);
        AeronOneWay.Round way = AeronOneWay.run(wires, frame, who, amounts.events(), amounts.everyNs);
        one.put(Figure.WAY_P50, way.latencyNs().getValueAtPercentile(50) / 1e3);
        one.put(Figure.WAY_P99, way.latencyNs().getValueAtPercentile(99) / 1e3);
        wires.driver().take();
        AeronWays.Flood flood = ways.flood(amounts.partNs);
        one.put(Figure.RATE, flood.perSecond());
        one.put(Figure.RELAYED, ways.relay(amounts.partNs));
        wires.driver().give();
        one.put(Figure.FLOOD_BYTES, flood.bytes());
        one.put(Figure.WAY_BYTES, way.bytes());
        return new Round(one, trip, way);
    }

    /** Medians, and from the least to the most. */
    private static void print(Side bare, Side ours) {
        String line = "%-26s %-34s %-34s %6s  %s%n";
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

    private static Map<String, Object> json(Sides sides) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (Figure figure : Figure.values()) {
            json.put("bare " + figure.text, sides.bare.figures.get(figure));
            json.put("millrace " + figure.text, sides.ours.figures.get(figure));
            if (!figure.isBytes()) {
                json.put("ratio " + figure.text, ratio(figure, sides.bare, sides.ours));
            }
        }
        json.put("bare " + HELD, sides.bare.isHeld());
        json.put("millrace " + HELD, sides.ours.isHeld());
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
