package io.millrace.state;

/**
 * How many firings an entry makes of an operator of which many are due at one moment, as the ends of windows are, or keys that
 * are looked after. Whatever fires at an entry makes the events behind it wait, so it is few; what fires waits instead, as long
 * as events come. But never for more and more of it: what events add while something due is left counts twice, and as many fire
 * further, up to F of the node, which the plan makes twice what the events of an entry make due. Where a firing may be little work or much, as a window of few panes or of thousands,
 * the work is paced the same way.
 */
public final class FiringPace implements Saved {
    /** So many at an entry, where no more have to. */
    public static final int FEW = 16;

    /** So many where a firing only frees memory: nobody waits for it but the events behind it. */
    public static final int FEW_FREEING = 4;

    /**
     * So many at an entry when all input has ended, or more where events add more: then no event waits, but an entry is still to be bounded
     * work, and F of who sends nothing when it fires has no other bound.
     */
    public static final int AT_END = 8_192;

    private final int few;

    /** Whether the last entry has left something that was due. */
    private boolean isBehind;

    /** Twice what has been added since, less what has fired. */
    private long owed;

    /** Twice the work that has been added since the last entry that fired; what that did not need is not kept. */
    private long work;

    /**
     * Nothing is due.
     *
     * @param budget of the node
     * @param few    how many fire at an entry where no more have to, positive
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
     * An event makes something due some time.
     *
     * @param firings how many
     */
    public void added(int firings) {
        owed += isBehind ? 2L * firings : 0;
    }

    /**
     * A firing makes something due some time. It counts once: what is due of many at one moment and sets more would else fire more and more.
     *
     * @param firings how many
     */
    public void addedByFiring(int firings) {
        owed += isBehind ? firings : 0;
    }

    /**
     * The same of work that firings will be.
     *
     * @param most in units of the operator, no less than it will be
     */
    public void addedWork(long most) {
        work += isBehind ? 2 * most : 0;
    }

    /**
     * How much work may be done now.
     *
     * @param usual where no more has to be
     * @return as much, or more
     */
    public long mostWork(long usual) {
        return Math.max(usual, work);
    }

    /**
     * How many may fire now.
     *
     * @param hasEnded whether all input has
     * @param most     F of the node, as the plan has it
     * @return as many, or fewer
     */
    public int most(boolean hasEnded, int most) {
        return (int) Math.min(most, Math.max(hasEnded ? AT_END : few, owed));
    }

    /**
     * An event has fired what was due of its key, without its entry's share: where that was all, nothing is owed any more, or it would be of what
     * is due much later.
     *
     * @param isLeft whether something due is left
     */
    public void caughtUp(boolean isLeft) {
        if (!isLeft) {
            fired(0, false);
        }
    }

    /**
     * An entry has fired, or an event.
     *
     * @param firings how many
     * @param isLeft  whether something due is left
     */
    public void fired(int firings, boolean isLeft) {
        isBehind = isLeft;
        work = 0;
        owed = isLeft ? Math.max(0, owed - firings) : 0;
    }
}
