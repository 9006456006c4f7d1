package io.millrace.bench.workloads;

/** W5: a record of 64 bytes an instrument with its last quote and the sums of the minute. */
final class W5Loop implements Loop {
    /* Record: | instrument | bid | ask | trades | volume | turnover | spread | - | */
    private static final int BID = 1;
    private static final int ASK = 2;
    private static final int TRADES = 3;
    private static final int VOLUME = 4;
    private static final int TURNOVER = 5;
    private static final int SPREAD = 6;

    /** Slots for 1,000 instruments. */
    private static final int BITS = 11;

    private static final int SLOTS = 1 << BITS;

    private final long[] records = new long[SLOTS * 8 + Table.ALIGN];
    private long windowMs = -1;
    private long endMs = -1;

    @Override
    public void on(Tx tx, Answer answer) {
        if (tx.timeMs >= endMs) {
            end(answer);
            windowMs = tx.timeMs / Arithmetic.MINUTE_MS * Arithmetic.MINUTE_MS;
            endMs = windowMs + Arithmetic.MINUTE_MS;
        }
        if (tx.amountCents <= 0) {
            return;
        }
        long[] r = records;
        int at = find(tx.card);
        if (tx.kind == Tx.QUOTE) {
            r[at + BID] = tx.amountCents;
            r[at + ASK] = Arithmetic.ask(tx.amountCents, tx.merchant);
        } else if (r[at + ASK] != 0) {
            long size = Arithmetic.size(tx.merchant);
            r[at + TRADES]++;
            r[at + VOLUME] += size;
            r[at + TURNOVER] += size * tx.amountCents;
            r[at + SPREAD] += size * Arithmetic.spread(tx.amountCents, r[at + BID], r[at + ASK]);
        }
    }

    private int find(long key) {
        long[] r = records;
        int s = Table.home(key, BITS);
        while (true) {
            int at = Table.ALIGN + (s << 3);
            if (r[at] == key) {
                return at;
            }
            if (r[at] == 0) {
                r[at] = key;
                return at;
            }
            s = s + 1 & SLOTS - 1;
        }
    }

    @Override
    public void end(Answer answer) {
        long[] r = records;
        for (int at = Table.ALIGN; at < Table.ALIGN + SLOTS * 8; at += 8) {
            if (r[at + TRADES] > 0) {
                answer.hit(Arithmetic.hash5(
                        r[at], windowMs, r[at + TRADES], r[at + VOLUME], r[at + TURNOVER], r[at + SPREAD]));
                r[at + TRADES] = 0;
                r[at + VOLUME] = 0;
                r[at + TURNOVER] = 0;
                r[at + SPREAD] = 0;
            }
        }
    }
}
