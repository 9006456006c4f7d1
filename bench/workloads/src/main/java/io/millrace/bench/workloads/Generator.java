package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Arithmetic.mix;

import java.util.Arrays;

/**
 * Makes the events. A table of {@value #ROWS} rows (card, amount, merchant, country) is built once from splitmix64; event i
 * uses row i mod {@value #ROWS}, has the id i, and an event time that advances by a fixed step. So event i is a pure function
 * of the workload and i, and costs about 2 ns, which is inside every throughput figure.
 */
public final class Generator {
    /*
     * Cards: Zipf with s = 1; in W2 every tenth row is a login, uniform over cards. Amounts: 50 to 150 % of the card's mean;
     * 1 in 100 is negative (a refund), 1 in 150 is 4 to 12 times the mean. 4 % of the countries are not the card's home.
     * A row: amount << 24 | merchant << 8 | declined << 7 | country; the amount keeps its sign.
     * In W4 a fifth is declined, and event 99 of each hundred repeats event 62, with a time of its own. In W5 three of four
     * rows are quotes.
     */

    /** Rows in the table. */
    public static final int ROWS = 1 << 22;

    private static final int ROW_MASK = ROWS - 1;
    private static final int DECLINED_ONE_IN = 5;
    private static final int REPEATS_EACH = 100;
    private static final int REPEATS_BEHIND = 37;
    private static final int TRADES_EACH = 4;

    /** The event time of event 0, ms since the epoch. */
    public static final long START_MS = 1_700_000_000_000L;

    private final Workload workload;
    private final int eventsPerMs;
    private final boolean hasLogins;
    private final boolean repeats;
    private final long[] card;
    private final long[] rest;

    /** The generator of a workload. */
    public Generator(Workload workload) {
        this(workload, ROWS);
    }

    /** The same of its first events only, in less time; events at and beyond {@code rows} are not there. */
    public Generator(Workload workload, int rows) {
        if (rows < 1 || rows > ROWS) {
            throw new IllegalArgumentException(rows + " rows of " + workload + "; use 1 to " + ROWS);
        }
        card = new long[rows];
        rest = new long[rows];
        this.workload = workload;
        this.eventsPerMs = workload.eventsPerMs();
        this.hasLogins = workload == Workload.W2;
        this.repeats = workload == Workload.W4;
        double[] upTo = cumulatedFrequencies(workload.cards());
        long seed = 0x5EED_0000L + workload.cards();
        for (int row = 0; row < rows; row++) {
            long a = mix(seed + 3L * row);
            long b = mix(seed + 3L * row + 1);
            long c = mix(seed + 3L * row + 2);
            int rank = rank((a >>> 11) * 0x1.0p-53, isLogin(row), upTo);
            card[row] = Profiles.cardOf(rank);
            rest[row] = amountCents(rank, b) << 24 | (c & 0xffff) << 8 | declined(b) | country(rank, c);
        }
    }

    private static double[] cumulatedFrequencies(int cards) {
        double[] upTo = new double[cards];
        double sum = 0;
        for (int rank = 0; rank < cards; rank++) {
            sum += 1.0 / (rank + 1);
            upTo[rank] = sum;
        }
        return upTo;
    }

    private static int rank(double uniform, boolean login, double[] upTo) {
        if (login) {
            return (int) (uniform * upTo.length);
        }
        int at = Arrays.binarySearch(upTo, uniform * upTo[upTo.length - 1]);
        return Math.min(at < 0 ? -at - 1 : at, upTo.length - 1);
    }

    private static long amountCents(int rank, long random) {
        int dice = (int) ((random >>> 16) & 0xffff) % 300;
        long percent = dice < 2 ? 400 + ((random >>> 32) & 0xffff) % 801 : 50 + (random & 0xffff) % 101;
        long amount = Profiles.meanOf(rank) * percent / 100;
        return dice >= 297 ? -amount : amount;
    }

    private static int country(int rank, long random) {
        boolean abroad = ((random >>> 32) & 0xff) < 10;
        return abroad ? (int) ((random >>> 40) & 0xff) % 50 : Profiles.homeOf(rank);
    }

    /** By bits of the random number that the amount does not use. */
    private long declined(long random) {
        return repeats && (random >>> 48) % DECLINED_ONE_IN == 0 ? 1 << 7 : 0;
    }

    private int kind(int row, long x) {
        return switch (workload) {
            case W2 -> isLogin(row) ? Tx.LOGIN : Tx.TRANSACTION;
            case W4 -> (x & 1 << 7) != 0 ? Tx.DECLINED : Tx.TRANSACTION;
            case W5 -> row % TRADES_EACH == TRADES_EACH - 1 ? Tx.TRANSACTION : Tx.QUOTE;
            default -> Tx.TRANSACTION;
        };
    }

    private boolean isLogin(int row) {
        return hasLogins && row % 10 == 9;
    }

    /** The workload. */
    public Workload workload() {
        return workload;
    }

    /** Makes event {@code i}. */
    public void fill(long i, Tx into) {
        long of = repeats && i % REPEATS_EACH == REPEATS_EACH - 1 ? i - REPEATS_BEHIND : i;
        int row = (int) of & ROW_MASK;
        long x = rest[row];
        into.id = of;
        into.card = card[row];
        into.amountCents = x >> 24;
        into.merchant = (int) (x >>> 8) & 0xffff;
        into.country = (int) x & 0x7f;
        into.timeMs = START_MS + i / eventsPerMs;
        into.kind = kind(row, x);
    }
}
