package io.millrace.bench.scale;

import io.millrace.bench.message.Sized1024Decoder;
import io.millrace.bench.message.Sized1024Encoder;
import io.millrace.bench.message.Sized128Decoder;
import io.millrace.bench.message.Sized128Encoder;
import io.millrace.bench.message.Sized256Decoder;
import io.millrace.bench.message.Sized256Encoder;
import io.millrace.bench.message.Sized32Decoder;
import io.millrace.bench.message.Sized32Encoder;
import io.millrace.bench.message.Sized512Decoder;
import io.millrace.bench.message.Sized512Encoder;
import io.millrace.bench.message.Sized64Decoder;
import io.millrace.bench.message.Sized64Encoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.sbe.Sbe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.ToLongFunction;

/**
 * Events of so many bytes through a filter to an output. By hand: the bytes are written into an array, copied into a slot and
 * from there to the output.
 */
final class Sizes<D, E> implements Pair {
    private static final int SLOTS = 64;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ToLongFunction<D> value;
    private final Put<E> put;
    private final Answer ours = new Answer();
    private final Answer hand = new Answer();
    private final byte[] fill;
    private final byte[] scratch;
    private final byte[][] slots;
    private final byte[] out;
    private final Inline inline;
    private final Claims<E> claims;

    /** Fills a message. */
    private interface Put<E> {
        void into(E encoder, long value, byte[] fill);
    }

    private Sizes(int bytes, InPlaceType<D, E> type, ToLongFunction<D> value, Put<E> put) {
        this.value = value;
        this.put = put;
        fill = new byte[bytes - 2 * Long.BYTES];
        scratch = new byte[bytes];
        slots = new byte[SLOTS][bytes];
        out = new byte[bytes];
        InPlaceInput<D, E> events = Input.of("events", type);
        InPlaceOutput<D, E> results = Output.of("results", type);
        inline = Engine.of(Millrace.topology(
                        "sizes",
                        t -> t.from(events)
                                .filter(e -> value.applyAsLong(e) >= 0)
                                .to(results)))
                .output(results, e -> ours.hit(value.applyAsLong(e)))
                .inline();
        claims = inline.claims(events);
    }

    static Pair of(int bytes) {
        return switch (bytes) {
            case 32 ->
                new Sizes<>(
                        bytes,
                        Sbe.type(Sized32Decoder::new, Sized32Encoder::new),
                        Sized32Decoder::value,
                        (e, v, fill) -> e.value(v).putFill(fill, 0, fill.length));
            case 64 ->
                new Sizes<>(
                        bytes,
                        Sbe.type(Sized64Decoder::new, Sized64Encoder::new),
                        Sized64Decoder::value,
                        (e, v, fill) -> e.value(v).putFill(fill, 0, fill.length));
            case 128 ->
                new Sizes<>(
                        bytes,
                        Sbe.type(Sized128Decoder::new, Sized128Encoder::new),
                        Sized128Decoder::value,
                        (e, v, fill) -> e.value(v).putFill(fill, 0, fill.length));
            case 256 ->
                new Sizes<>(
                        bytes,
                        Sbe.type(Sized256Decoder::new, Sized256Encoder::new),
                        Sized256Decoder::value,
                        (e, v, fill) -> e.value(v).putFill(fill, 0, fill.length));
            case 512 ->
                new Sizes<>(
                        bytes,
                        Sbe.type(Sized512Decoder::new, Sized512Encoder::new),
                        Sized512Decoder::value,
                        (e, v, fill) -> e.value(v).putFill(fill, 0, fill.length));
            case 1024 ->
                new Sizes<>(
                        bytes,
                        Sbe.type(Sized1024Decoder::new, Sized1024Encoder::new),
                        Sized1024Decoder::value,
                        (e, v, fill) -> e.value(v).putFill(fill, 0, fill.length));
            default -> throw new IllegalArgumentException("no message of " + bytes + " bytes");
        };
    }

    @Override
    public void ours(long i) {
        fill[(int) (i % fill.length)]++;
        put.into(claims.claim(), i, fill);
        claims.commit(null);
    }

    @Override
    public void hand(long i) {
        fill[(int) (i % fill.length)]++;
        LONG.set(scratch, Long.BYTES, i);
        System.arraycopy(fill, 0, scratch, 2 * Long.BYTES, fill.length);
        byte[] slot = slots[(int) (i % SLOTS)];
        System.arraycopy(scratch, 0, slot, 0, scratch.length);
        if ((long) LONG.get(slot, Long.BYTES) >= 0) {
            System.arraycopy(slot, 0, out, 0, slot.length);
            hand.hit((long) LONG.get(out, Long.BYTES));
        }
    }

    @Override
    public Answer oursAnswer() {
        return ours;
    }

    @Override
    public Answer handAnswer() {
        return hand;
    }
}
