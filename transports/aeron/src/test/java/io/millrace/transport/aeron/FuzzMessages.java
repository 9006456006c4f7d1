package io.millrace.transport.aeron;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Messages as senders of ours write them, and as nobody does. */
final class FuzzMessages {
    /** Longer than any that one of the terms has in parts. */
    static final int ROOM = 24 << 10;

    private static final int NOISE = 3_000;
    private static final long[] EXTREMES = {0, -1, 1, 1L << 62, Long.MIN_VALUE + 7, Long.MAX_VALUE - 7};

    /** Who sends, as it numbers its messages; with a journal, or without. */
    static final class Sender {
        long id;
        long log;
        private long number;
        private long place;

        /** Up to where it sends once more what the one before may have sent. */
        private long again;

        Sender(long id, long log) {
            this.id = id;
            this.log = log;
        }

        /** Another one in its place, which goes on with its journal: the last that it had sent it sends once more. */
        void beginAgain(long other, int back) {
            id = other;
            number = 0;
            again = place;
            place = Math.max(0, place - back);
        }
    }

    private final FuzzType<?> type;
    private final boolean isBare;
    private final SplittableRandom random;
    private final byte[] noise = new byte[NOISE + 1];

    FuzzMessages(FuzzType<?> type, boolean isBare, SplittableRandom random) {
        this.type = type;
        this.isBare = isBare;
        this.random = random;
    }

    /** The next one; answers its length. */
    int next(Sender of, byte[] to) {
        ByteBuffer all = ByteBuffer.wrap(to).order(ByteOrder.LITTLE_ENDIAN);
        if (!isBare) {
            header(of, all);
        }
        int front = all.position();
        int length = front + type.write(to, front, random);
        return spoil(to, front, length);
    }

    /** As {@link Wire} has it. */
    private void header(Sender of, ByteBuffer to) {
        of.number++;
        of.place += random.nextInt(4) == 0 ? 0 : 1;
        int mask = random.nextBoolean() ? 0 : random.nextInt(16);
        boolean onceMore = of.log != 0 && of.place <= of.again;
        int flags = random.nextInt(8) > 0 ? 0 : 4 * random.nextInt(8);
        to.put((byte) 'M').put((byte) 3).put((byte) (random.nextInt(60) > 0 ? 1 : 2 + random.nextInt(2)));
        to.put((byte) (flags | (onceMore ? 32 : 0) | (random.nextInt(60) == 0 ? random.nextInt(3) : 0)));
        to.putInt((int) of.number);
        long contract = Wire.contract(type.type.fingerprint()) ^ (random.nextInt(30) == 0 ? random.nextInt() : 0);
        to.putLong(contract & -1L >>> 8 | (long) (mask | (of.log != 0 ? 16 : 0)) << 56);
        to.putLong(number(of)).putLong(random.nextInt(500) == 0 ? 0 : of.id);
        to.putLong(of.place).putLong(random.nextLong());
        optional(of, mask, to);
    }

    private void optional(Sender of, int mask, ByteBuffer to) {
        if ((mask & 1) != 0) {
            to.putLong(1 + random.nextInt(1_000_000)).putLong(WireClock.ID + 2 * random.nextInt(2));
            to.putLong(random.nextInt());
        }
        if ((mask & 2) != 0) {
            to.putLong(random.nextLong());
        }
        if ((mask & 4) != 0) {
            to.putLong(random.nextLong()).putLong(random.nextLong()).putLong(random.nextLong());
            to.put((byte) random.nextInt());
        }
        if ((mask & 8) != 0) {
            to.put((byte) random.nextInt(12));
        }
        if (of.log != 0) {
            to.putLong(of.log);
        }
    }

    /** Nearly always the next one. */
    private long number(Sender of) {
        int how = random.nextInt(90);
        if (how == 0) {
            return extreme();
        }
        if (how == 1) {
            of.number += random.nextInt(5); // some were lost
        }
        return how == 2 ? Math.max(1, of.number - random.nextInt(3)) : of.number;
    }

    private long extreme() {
        return EXTREMES[random.nextInt(EXTREMES.length)];
    }

    private int spoil(byte[] bytes, int front, int length) {
        switch (random.nextInt(14)) {
            case 0: // ends too early
                return random.nextInt(length + 1);
            case 1: // or too late
                int longer = length + 1 + random.nextInt(random.nextInt(20) == 0 ? NOISE : 40);
                noise(bytes, length, longer);
                return longer;
            case 2:
                noise(bytes, random.nextInt(3) == 0 ? 0 : front, length);
                return length;
            case 3:
                change(bytes, 0, Math.max(1, Math.min(length, isBare ? 8 : front)));
                return length;
            case 4:
                change(bytes, 0, length);
                return length;
            case 5, 6:
                for (int n = random.nextInt(3); n >= 0; n--) {
                    type.change(bytes, front, random);
                }
                return length;
            default:
                return length;
        }
    }

    private void noise(byte[] bytes, int from, int to) {
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, from, to - from);
    }

    private void change(byte[] bytes, int from, int to) {
        for (int n = random.nextInt(3); n >= 0; n--) {
            bytes[from + random.nextInt(to - from)] = (byte) random.nextInt();
        }
    }
}
