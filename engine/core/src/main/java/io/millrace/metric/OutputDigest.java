package io.millrace.metric;

import java.util.List;

/**
 * The running hash of one output: of place, number, form, event time and bytes of all that was put out, in order. A function
 * of the log alone, whatever threads ran it.
 *
 * @param output      its name
 * @param events      how many it has put out
 * @param hash        of all of them
 * @param unreadable  those that do not fit the layout of the output, so that only what travels beside them is in the hash
 * @param every       checkpoints stand at multiples of so many entries
 * @param checkpoints in order, where something had come since the one before
 */
public record OutputDigest(
        String output, long events, long hash, long unreadable, long every, List<Checkpoint> checkpoints) {
    /**
     * What an output had put out before an entry.
     *
     * @param entry  a place in the input order, not included; as long as nothing comes, the same holds for all places up to here
     * @param events how many events
     * @param hash   of them
     */
    public record Checkpoint(long entry, long events, long hash) {}

    /**
     * What had been put out before an entry.
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
