package io.millrace.bench.jmh;

import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Profiles;
import io.millrace.state.KeyedRows;
import io.millrace.state.Pages;
import io.millrace.state.StateBudget;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time to find the row of a key and to add to one of its columns, for keys drawn uniformly: every access beyond the caches
 * is a miss. {@code hand} is an open-addressing table with key and columns in one record, at most half full, as the hand
 * loops have it. Keys are numbers of cards, strewn over a thousand million numbers, or ids from 1 on as a database gives them out, which rows find by an
 * array.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms3g", "-Xmx3g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyedStateBenchmark {
    private static final int COLUMNS = 3;
    private static final int DRAWN = 1 << 21;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** How many keys there are. */
    @Param({"1000", "10000", "100000", "1000000", "10000000"})
    public int keys;

    /** What keys there are: cards, or ids from 1 on. */
    @Param({"cards", "ids"})
    public String of = "cards";

    private final long[] drawn = new long[DRAWN];
    private KeyedRows rows;
    private long[] table;
    private int bits;
    private int next;

    /** Puts all keys into both tables and draws those that will be asked for. */
    @Setup
    public void setUp() {
        long bytes = Math.max(64L << 20, keys * 8L * (COLUMNS + 1 + 4));
        rows = KeyedRows.forLongs(new StateBudget("benchmark", bytes, new Pages(0)), COLUMNS, keys, 1);
        bits = 64 - Long.numberOfLeadingZeros(2L * keys - 1);
        table = new long[(1 + COLUMNS) << bits];
        for (int rank = 0; rank < keys; rank++) {
            long key = key(rank);
            if (rows.acquire(key) < 0) {
                throw new IllegalStateException("only " + rows.count() + " keys fit");
            }
            table[place(key)] = key;
        }
        for (int i = 0; i < DRAWN; i++) {
            drawn[i] = key((int) ((Arithmetic.mix(i) >>> 1) % keys));
        }
    }

    private long key(int rank) {
        return of.equals("ids") ? rank + 1L : Profiles.cardOf(rank); // 0 is an empty place of the table
    }

    private int place(long key) {
        int mask = (1 << bits) - 1;
        int slot = (int) (key * GOLDEN >>> 64 - bits);
        while (table[slot * (1 + COLUMNS)] != 0 && table[slot * (1 + COLUMNS)] != key) {
            slot = slot + 1 & mask;
        }
        return slot * (1 + COLUMNS);
    }

    private long nextKey() {
        next = next + 1 & DRAWN - 1;
        return drawn[next];
    }

    /** One record a key. */
    @Benchmark
    public long hand() {
        return ++table[place(nextKey()) + 1];
    }

    /** A key that is there; the row is written. */
    @Benchmark
    public long find() {
        int slot = rows.find(nextKey());
        return ++rows.writable(slot)[rows.base(slot)];
    }

    /** The same by the call that would make the row. */
    @Benchmark
    public long acquire() {
        int slot = rows.acquire(nextKey());
        return ++rows.writable(slot)[rows.base(slot)];
    }
}
