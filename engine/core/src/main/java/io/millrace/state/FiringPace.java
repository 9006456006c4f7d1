package io.millrace.state;

/**
 * Decides how many items one entry fires of an operator that may have many due at the same time, such as ends of
 * windows, or keys to be looked after.
 *
 * <p>What fires at an entry makes the following events wait, so it is few; the items due wait instead, as long as
 * events come. They must not pile up: what events add while something due is left counts twice, and that many more
 * items fire, up to F of the node, which the plan makes twice what the events of an entry make due. If a firing may be
 * little work or much, as for a window of few panes or of thousands, the work is paced in the same way.
 */
public final class FiringPace implements Saved {
    /** How many fire at an entry, if no more have to. */
    public static final int FEW = 16;

    /** How many, if a firing only frees memory: nobody waits for it, but the following events wait. */
    public static final int FEW_FREEING = 4;

    /**
     * How many fire at an entry when all input has ended, or more if events add more. No event waits then, but an entry
     * still has to be bounded work, and F of a node that sends nothing when it fires has no other bound.
     */
    public static final int AT_END = 8_192;

    private final int few;

    /** Whether the last entry has left something that was due. */
    private boolean isBehind;

    /** Twice what has been added since then, less what has fired. */
    private long owed;

    /** Twice the work that has been added since the last entry that fired; what that did not need is not kept. */
    private long work;

    /**
     * Creates a pace with nothing due.
     *
     * @param budget of the node
     * @param few how many fire at an entry if no more have to, positive
     */
    public FiringPace(StateBudget budget, int few) {
        this.few = few;
        budget.keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putBoolean(isBehind);
        to.putLong(work == 0 ? owed : ~owed); // so that what was saved without it is still read
        if (work != 0) {
            to.putLong(work);
        }
    }

    @Override
    public void load(StateReader from) {
        isBehind = from.getBoolean();
        long saved = from.getLong();
        owed = saved < 0 ? ~saved : saved;
        work = saved < 0 ? from.getLong() : 0;
    }

    /**
     * Records that an event makes something due at some time.
     *
     * @param firings how many
     */
    public void added(int firings) {
        owed += isBehind ? 2L * firings : 0;
    }

    /**
     * Records that a firing makes something due at some time. It counts once: otherwise many items that are due at the
     * same time and set more would fire more and more.
     *
     * @param firings how many
     */
    public void addedByFiring(int firings) {
        owed += isBehind ? firings : 0;
    }

    /**
     * Records the work that firings will be.
     *
     * @param most in units of the operator, no less than it will be
     */
    public void addedWork(long most) {
        work += isBehind ? 2 * most : 0;
    }

    /**
     * Returns how much work may be done now.
     *
     * @param usual the amount if no more has to be done
     * @return that amount, or more
     */
    public long mostWork(long usual) {
        return Math.max(usual, work);
    }

    /**
     * Returns how many items may fire now.
     *
     * @param hasEnded whether all input has ended
     * @param most F of the node, as the plan has it
     * @return that number, or fewer
     */
    public int most(boolean hasEnded, int most) {
        return (int) Math.min(most, Math.max(hasEnded ? AT_END : few, owed));
    }

    /**
     * Records that an event has fired what was due of its key, outside its entry's share. If that was everything,
     * nothing is owed any more; otherwise the debt would count against items that are due much later.
     *
     * @param isLeft whether something due is left
     */
    public void caughtUp(boolean isLeft) {
        if (!isLeft) {
            fired(0, false);
        }
    }

    /**
     * Records that an entry or an event has fired items.
     *
     * @param firings how many
     * @param isLeft whether something due is left
     */
    public void fired(int firings, boolean isLeft) {
        isBehind = isLeft;
        work = 0;
        owed = isLeft ? Math.max(0, owed - firings) : 0;
    }
}
