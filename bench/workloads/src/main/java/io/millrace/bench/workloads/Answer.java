package io.millrace.bench.workloads;

/** What a sink accumulates: number of results and sum of their hashes. One thread. */
public final class Answer {
    private long count;
    private long checksum;

    /** An answer without results. */
    public Answer() {}

    /** An answer that is known. */
    public Answer(long count, long checksum) {
        this.count = count;
        this.checksum = checksum;
    }

    /** Takes a result by its hash. */
    public void hit(long hash) {
        count++;
        checksum += hash;
    }

    /** How many results there were. */
    public long count() {
        return count;
    }

    /** The sum of their hashes. */
    public long checksum() {
        return checksum;
    }

    /** The answer as of now. */
    public Answer copy() {
        return new Answer(count, checksum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Answer a && a.count == count && a.checksum == checksum;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(checksum);
    }

    @Override
    public String toString() {
        return count + "/" + Long.toHexString(checksum);
    }

    /** Reads what {@link #toString} wrote. */
    public static Answer parse(String text) {
        int slash = text.indexOf('/');
        return new Answer(
                Long.parseLong(text.substring(0, slash)), Long.parseUnsignedLong(text.substring(slash + 1), 16));
    }
}
