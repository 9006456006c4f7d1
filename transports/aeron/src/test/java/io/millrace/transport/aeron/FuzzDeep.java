package io.millrace.transport.aeron;

import io.millrace.sbe.Sbe;
import io.millrace.sbe.orders1.DeepDecoder;
import io.millrace.sbe.orders1.DeepEncoder;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** An enum, groups in groups, entries of no bytes of their own, data whose lengths have one byte and four. */
final class FuzzDeep extends FuzzSbe<DeepDecoder> {
    private static final int SIZE = 2;
    private static final int UNSET = 255;

    FuzzDeep() {
        super(Sbe.type(DeepDecoder::new, DeepEncoder::new, MOST), DeepDecoder.TEMPLATE_ID);
    }

    @Override
    int block(int version) {
        return 1;
    }

    @Override
    void writeBlock(ByteBuffer to, int version, SplittableRandom random) {
        int side = random.nextInt(16);
        place().put((byte) (side == 0 ? UNSET : side == 1 ? 3 : 1 + side % 2)); // one that nobody knows, too
    }

    @Override
    void writeRest(ByteBuffer to, SplittableRandom random) {
        int zones = random.nextInt(3);
        writeGroup(0, zones);
        for (int z = 0; z < zones; z++) {
            int legs = random.nextInt(3);
            writeGroup(SIZE, legs);
            for (int l = 0; l < legs; l++) {
                to.putShort((short) random.nextInt());
                writeData(to, 4, random.nextInt(5), random);
                writeData(to, 1, random.nextInt(9), random);
            }
            int empties = random.nextInt(3);
            int block = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : SIZE;
            writeGroup(block, empties);
            writeBytes(to, block * empties, random);
        }
        writeData(to, 4, random.nextInt(20), random);
        writeData(to, 1, random.nextInt(20), random);
    }

    @Override
    boolean isBlock(PlainBytes from, int version) {
        long side = from.next(1);
        from.mix(side);
        return side == 1 || side == 2 || side == UNSET;
    }

    @Override
    boolean isRest(PlainBytes from) {
        int zones = entries(from, 0);
        int block = entryBlock();
        for (int z = 0; z < zones && !from.isBeyond(); z++) {
            if (block > from.left()) {
                return false;
            }
            from.to(from.at() + block);
            if (!areSizes(from, true) || !areSizes(from, false)) {
                return false;
            }
        }
        from.mixNext(from.next(4));
        from.mixNext(from.next(1));
        return true;
    }

    /** Legs, which have data, or empties, which have none. */
    private boolean areSizes(PlainBytes from, boolean areLegs) {
        int count = entries(from, SIZE);
        int block = entryBlock();
        for (int i = 0; i < count && !from.isBeyond(); i++) {
            int next = from.at() + block;
            if (block > from.left()) {
                return false;
            }
            from.mix(from.next(SIZE));
            from.to(next);
            if (areLegs) {
                from.mixNext(from.next(4));
                from.mixNext(from.next(1));
            }
        }
        return count >= 0;
    }

    @Override
    long seen(DeepDecoder deep) {
        long number = mix(0, deep.side().value());
        DeepDecoder.ZonesDecoder zones = deep.zones();
        number = mix(number, zones.count());
        while (zones.hasNext()) {
            zones.next();
            DeepDecoder.ZonesDecoder.LegsDecoder legs = zones.legs();
            number = mix(number, legs.count());
            while (legs.hasNext()) {
                legs.next();
                number = mix(number, legs.size() & 0xffff);
                number = mix(number, data, legs.getZip(data, 0, MOST));
                number = mix(number, data, legs.getCity(data, 0, MOST));
            }
            DeepDecoder.ZonesDecoder.EmptiesDecoder empties = zones.empties();
            number = mix(number, empties.count());
            while (empties.hasNext()) {
                number = mix(number, empties.next().size() & 0xffff);
            }
        }
        number = mix(number, data, deep.getZulu(data, 0, MOST));
        return mix(number, data, deep.getAlpha(data, 0, MOST));
    }
}
