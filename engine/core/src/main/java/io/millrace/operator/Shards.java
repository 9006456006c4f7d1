package io.millrace.operator;

/**
 * The virtual shards into which the keys of a parallel section are divided: by a fixed hash of the key, the same in
 * every engine and every run, so that what depends on a shard depends on the log alone.
 */
public final class Shards {
    /** How many there are, whatever the threads. */
    public static final int COUNT = 64;

    private static final int BITS = 6;

    /** Not the engine's seed, which is drawn at each start. */
    private static final long SEED = 0x736861726473L;

    private Shards() {}

    /**
     * The shard of the entry in hand.
     *
     * @param flow carries a key
     * @return 0 to 63
     */
    public static int of(Flow flow) {
        return flow.keyBytes() == null ? of(flow.key()) : of(flow.keyBytes(), flow.keyLength());
    }

    /**
     * The shard of a key that is a number.
     *
     * @param key the number
     * @return 0 to 63
     */
    public static int of(long key) {
        long z = (key ^ key >>> 32) * 0xD6E8FEB86659FD93L;
        z = (z ^ z >>> 32) * 0xD6E8FEB86659FD93L;
        return (int) ((z ^ z << 32) >>> Long.SIZE - BITS);
    }

    /**
     * The shard of a text or composite key.
     *
     * @param key    its bytes, from index 0
     * @param length their number
     * @return 0 to 63
     */
    public static int of(byte[] key, int length) {
        return of(KeyHash.of(SEED, key, length));
    }

    /**
     * Converts a bound on all keys to one on those of a shard.
     *
     * @param most of all shards together; 0 for none
     * @return the share of each shard, rounded up
     */
    public static int share(int most) {
        return most / COUNT + (most % COUNT == 0 ? 0 : 1);
    }
}
