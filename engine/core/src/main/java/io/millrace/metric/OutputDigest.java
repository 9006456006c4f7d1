package io.millrace.metric;

import java.util.List;

/**
 * The running hash of one output: of place, number, form, event time and bytes of everything that was put out, in
 * order. It depends on the log alone, whatever threads ran it.
 *
 * @param output the name of the output
 * @param events how many events it has put out
 * @param hash of all of them
 * @param unreadable events that do not fit the layout of the output, so that only their metadata is in the hash
 * @param every checkpoints are at multiples of this number of entries
 * @param checkpoints in order, wherever something had come since the one before
 */
public record OutputDigest(
        String output, long events, long hash, long unreadable, long every, List<Checkpoint> checkpoints) {
    /**
     * What an output had put out before an entry.
     *
     * @param entry a place in the input order, not included; as long as nothing comes, the same holds for all places up
     *     to here
     * @param events how many events
     * @param hash of them
     */
    public record Checkpoint(long entry, long events, long hash) {}

    /**
     * Returns what had been put out before an entry.
     *
     * @param entry a multiple of {@link #every}, or the end of the run
     * @return what came of all entries before it
     */
    public Checkpoint before(long entry) {
        int low = 0;
        int high = checkpoints.size();
        while (low < high) {
            int mid = low + high >>> 1;
            if (checkpoints.get(mid).entry() >= entry) {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        return low < checkpoints.size() ? checkpoints.get(low) : new Checkpoint(entry, events, hash);
    }
}
