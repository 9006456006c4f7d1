package io.millrace.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The clock of an engine that is closed once, so that what it says of that hangs on no processor: behind the deadline, too, each wait may last
 * for longer than any machine stands still, but for those in which somebody hangs for good.
 *
 * <p>An engine asks when it begins to close, and then in front of each wait.
 */
final class ClosingClock implements LongSupplier {
    /** In their order. */
    enum Wait {
        /** For who publishes into an exclusive engine. */
        OWNER,
        ENTRIES,
        STAGES,
        /** And for stages that waited for it. Only where there is one. */
        JOURNAL,
        HEALTH,
        SINKS
    }

    private static final long PATIENT_NS = TimeUnit.SECONDS.toNanos(50);

    private final List<Wait> order = new ArrayList<>(List.of(Wait.values()));
    private final Set<Wait> usedUp = EnumSet.noneOf(Wait.class);
    private final Map<Wait, SinkTrial.Step> before = new EnumMap<>(Wait.class);
    private int asked;

    private ClosingClock(boolean journal) {
        if (!journal) {
            order.remove(Wait.JOURNAL);
        }
    }

    static ClosingClock plain() {
        return new ClosingClock(false);
    }

    static ClosingClock withJournal() {
        return new ClosingClock(true);
    }

    /** Over at the deadline, or a moment behind it. */
    ClosingClock usesUp(Wait... waits) {
        usedUp.addAll(List.of(waits));
        return this;
    }

    /** Done by the thread that closes, when all that has to be told has been. */
    ClosingClock before(Wait wait, SinkTrial.Step does) {
        before.put(wait, does);
        return this;
    }

    @Override
    public long getAsLong() {
        int at = asked++;
        if (at == 0) {
            return HostClock.nanoTime();
        }
        Wait wait = order.get(at - 1);
        try {
            before.getOrDefault(wait, () -> {}).run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return HostClock.nanoTime() + (usedUp.contains(wait) ? 0 : PATIENT_NS);
    }
}
