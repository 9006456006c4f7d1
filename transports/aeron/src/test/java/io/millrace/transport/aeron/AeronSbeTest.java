package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.event.DeadLetter;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.sbe.Sbe;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.sbe.orders.OrderEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SBE messages between engines that have different versions of their schema, and messages that are none of it. */
class AeronSbeTest {
    private static final int MOST = 200;
    private static final InPlaceType<OrderDecoder, OrderEncoder> ORDER_0 =
            Sbe.type(OrderDecoder::new, OrderEncoder::new, MOST);
    private static final InPlaceType<io.millrace.sbe.orders1.OrderDecoder, io.millrace.sbe.orders1.OrderEncoder>
            ORDER_1 = Sbe.type(
                    io.millrace.sbe.orders1.OrderDecoder::new, io.millrace.sbe.orders1.OrderEncoder::new, MOST);
    private static final InPlaceInput<OrderDecoder, OrderEncoder> IN_0 = Input.of("orders", ORDER_0);
    private static final Output<OrderDecoder> OUT_0 = Output.of("orders-out", ORDER_0);
    private static final InPlaceInput<io.millrace.sbe.orders1.OrderDecoder, io.millrace.sbe.orders1.OrderEncoder> IN_1 =
            Input.of("orders", ORDER_1);
    private static final Output<io.millrace.sbe.orders1.OrderDecoder> OUT_1 = Output.of("orders-out", ORDER_1);
    private static final AtomicInteger STREAM = new AtomicInteger(100);
    private static AeronMedia media;

    @BeforeAll
    static void start() {
        media = AeronMedia.embedded().termBytes(64 << 10).start();
    }

    @AfterAll
    static void stop() {
        media.close();
    }

    private static Engine sender0(int stream) {
        return Engine.of(Millrace.topology("sender", t -> t.from(IN_0).to(OUT_0)))
                .output(OUT_0, AeronSink.of(media, "aeron:ipc", stream, ORDER_0).waitAtMost(Duration.ofSeconds(50)))
                .start();
    }

    private static Engine reader0(AeronSource<OrderDecoder> source, List<String> got) {
        return Engine.of(Millrace.topology("reader", t -> t.from(IN_0).to(OUT_0)))
                .input(IN_0, source)
                .output(OUT_0, o -> got.add(text(o)))
                .start();
    }

    private static String text(OrderDecoder o) {
        OrderDecoder.FillsDecoder fills = o.fills();
        StringBuilder text = new StringBuilder(o.id() + " " + o.cents());
        while (fills.hasNext()) {
            fills.next();
            text.append(' ').append(fills.quantity()).append('@').append(fills.venue());
        }
        return text.append(' ').append(o.note()).toString();
    }

    private static void fill0(OrderEncoder order) {
        order.id(1).cents(2);
        order.fillsCount(2)
                .next()
                .price(1.5)
                .quantity(3)
                .venue("XPAR")
                .next()
                .price(2)
                .quantity(4)
                .venue("XETR");
        order.note("note");
    }

    private static void fill1(io.millrace.sbe.orders1.OrderEncoder order) {
        order.id(1).cents(2).account(77);
        order.fillsCount(2)
                .next()
                .price(1.5)
                .quantity(3)
                .venue("XPAR")
                .next()
                .price(2)
                .quantity(4)
                .venue("XETR");
        order.note("note");
    }

    @Test
    void shouldReadWhatAnOlderVersionSends() throws Exception {
        int stream = STREAM.incrementAndGet();
        List<String> got = Collections.synchronizedList(new ArrayList<>());
        try (Engine b = Engine.of(Millrace.topology("reader", t -> t.from(IN_1).to(OUT_1)))
                        .input(IN_1, AeronSource.of(media, "aeron:ipc", stream, ORDER_1))
                        .output(OUT_1, o -> {
                            boolean isUnset = o.account() == io.millrace.sbe.orders1.OrderDecoder.accountNullValue();
                            io.millrace.sbe.orders1.OrderDecoder.FillsDecoder fills = o.fills();
                            got.add(o.cents() + " " + isUnset + " "
                                    + fills.next().venue() + " " + fills.next().venue() + " " + o.note());
                        })
                        .start();
                Engine a = sender0(stream)) {
            Claims<OrderEncoder> claims = a.claims(IN_0);
            fill0(claims.claim());
            claims.commit(null);
            await("the order", () -> got.size() + b.deadLetters().total() == 1);
            assertEquals(List.of("2 true XPAR XETR note"), got);
        }
    }

    @Test
    void shouldReadWhatANewerVersionSends() throws Exception {
        int stream = STREAM.incrementAndGet();
        List<String> got = Collections.synchronizedList(new ArrayList<>());
        try (Engine b = reader0(AeronSource.of(media, "aeron:ipc", stream, ORDER_0), got);
                Engine a = Engine.of(
                                Millrace.topology("sender", t -> t.from(IN_1).to(OUT_1)))
                        .output(
                                OUT_1,
                                AeronSink.of(media, "aeron:ipc", stream, ORDER_1)
                                        .waitAtMost(Duration.ofSeconds(50)))
                        .start()) {
            Claims<io.millrace.sbe.orders1.OrderEncoder> claims = a.claims(IN_1);
            fill1(claims.claim());
            claims.commit(null);
            await("the order", () -> got.size() + b.deadLetters().total() == 1);
            assertEquals(List.of("1 2 3@XPAR 4@XETR note"), got);
        }
    }

    /** Each becomes a dead letter with its bytes; what is whole before and behind it is read. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldPutHostileMessagesAside(boolean bare) throws Exception {
        int stream = STREAM.incrementAndGet();
        List<String> got = Collections.synchronizedList(new ArrayList<>());
        AeronSource<OrderDecoder> source = AeronSource.of(media, "aeron:ipc", stream, ORDER_0);
        try (Engine b = reader0(bare ? source.bare() : source, got);
                Publication raw = media.client().addPublication("aeron:ipc", stream)) {
            await("a reader", raw::isConnected);
            Map<String, byte[]> hostile = hostile();
            byte[] whole = whole();
            send(raw, whole, bare);
            for (byte[] h : hostile.values()) {
                send(raw, h, bare);
            }
            send(raw, whole, bare);
            await("all", () -> got.size() == 2 && b.deadLetters().total() == hostile.size());
            Iterator<DeadLetter> letters = b.deadLetters().last(hostile.size()).iterator();
            for (Map.Entry<String, byte[]> h : hostile.entrySet()) {
                DeadLetter letter = letters.next();
                assertEquals(Reason.MALFORMED, letter.reason(), h.getKey());
                assertTrue(letter.event().contains(hex(h.getValue())), h.getKey() + ": " + letter.event());
            }
            assertEquals(List.of(), b.sourceFailures());
        }
    }

    private static byte[] whole() {
        EventWriter<OrderEncoder> writer = ORDER_0.newWriter();
        byte[] bytes = new byte[MOST];
        fill0(writer.wrap(bytes, 0, MOST));
        return Arrays.copyOf(bytes, writer.length());
    }

    /** Behind its header of 8 bytes an order has a block of 16, a group's header of 4, two fills of 12 and 2 + 4, and a note. */
    private static Map<String, byte[]> hostile() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("another template", with(2, 9, 0));
        all.put("another schema", with(4, 1, 0));
        all.put("a block that is too short", with(0, 4, 0));
        all.put("a block longer than the frame", with(0, 0x60, 0xea));
        all.put("more in the group than there is", with(26, 0xff, 0xff));
        all.put("entries of the group that are too short", with(24, 3, 0));
        all.put("a venue beyond the frame", with(40, 0xff, 0x7f));
        all.put("a note beyond the frame", with(whole().length - 6, 0xff, 0xff));
        all.put("no group", Arrays.copyOf(whole(), 24));
        all.put("half a group", Arrays.copyOf(whole(), 50));
        all.put("no note", Arrays.copyOf(whole(), whole().length - 6));
        all.put("no header", Arrays.copyOf(whole(), 7));
        return all;
    }

    private static byte[] with(int at, int low, int high) {
        byte[] bytes = whole();
        bytes[at] = (byte) low;
        bytes[at + 1] = (byte) high;
        return bytes;
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return text.toString();
    }

    private static void send(Publication raw, byte[] message, boolean bare) throws Exception {
        int front = bare ? 0 : Wire.FIXED_LENGTH;
        UnsafeBuffer frame = new UnsafeBuffer(new byte[front + message.length]);
        if (!bare) {
            Wire.begin(frame, 0, Wire.EVENT, 0, Wire.contract(ORDER_0.fingerprint()), raw.position() + 1, 3);
        }
        frame.putBytes(front, message);
        await("room", () -> raw.offer(frame) > 0);
    }
}
