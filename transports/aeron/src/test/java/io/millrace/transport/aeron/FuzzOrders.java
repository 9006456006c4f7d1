package io.millrace.transport.aeron;

import io.millrace.sbe.Sbe;
import io.millrace.sbe.orders1.OrderDecoder;
import io.millrace.sbe.orders1.OrderEncoder;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** A group whose entries have variable data, a field that older versions do not have, and data at the end. */
final class FuzzOrders extends FuzzSbe<OrderDecoder> {
    private static final int FILL = 12;

    FuzzOrders() {
        super(Sbe.type(OrderDecoder::new, OrderEncoder::new, MOST), OrderDecoder.TEMPLATE_ID);
    }

    @Override
    int block(int version) {
        return version < 1 ? 16 : 24;
    }

    @Override
    void writeBlock(ByteBuffer to, int version, SplittableRandom random) {
        for (int at = 0; at < block(version); at += Long.BYTES) {
            to.putLong(random.nextLong());
        }
    }

    @Override
    void writeRest(ByteBuffer to, SplittableRandom random) {
        int fills = random.nextInt(4);
        int block = FILL
                + (random.nextInt(4) == 0 ? random.nextInt(5) - 1 : 0); // with what a newer version has, or too short
        writeGroup(block, fills);
        for (int i = 0; i < fills; i++) {
            writeBytes(to, block, random);
            writeData(to, 2, random.nextInt(6), random);
        }
        writeData(to, 2, random.nextInt(40), random);
    }

    @Override
    boolean isBlock(PlainBytes from, int version) {
        from.mix(from.next(8));
        from.mix(from.next(8));
        from.mix(version < 1 ? OrderDecoder.accountNullValue() : from.next(8));
        return true;
    }

    @Override
    boolean isRest(PlainBytes from) {
        int fills = entries(from, FILL);
        int block = entryBlock();
        for (int i = 0; i < fills && !from.isBeyond(); i++) {
            int next = from.at() + block;
            if (block > from.left()) {
                return false;
            }
            from.mix(from.next(8));
            from.mix(from.next(4));
            from.to(next);
            from.mixNext(from.next(2));
        }
        from.mixNext(from.next(2));
        return fills >= 0;
    }

    @Override
    long seen(OrderDecoder o) {
        long number = mix(mix(mix(0, o.id()), o.cents()), o.account());
        OrderDecoder.FillsDecoder fills = o.fills();
        number = mix(number, fills.count());
        while (fills.hasNext()) {
            fills.next();
            number = mix(number, Double.doubleToRawLongBits(fills.price()));
            number = mix(number, fills.quantity() & 0xffff_ffffL);
            number = mix(number, data, fills.getVenue(data, 0, MOST));
        }
        return mix(number, data, o.getNote(data, 0, MOST));
    }
}
