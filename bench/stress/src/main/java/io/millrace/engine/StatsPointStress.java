package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.EntryEncoder;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** The point for statistics: what a stage evaluates while the caller chooses it is not past it. How far it went, and the point. */
@JCStressTest
@Outcome(
        id = {"-1, -1", "-1, 0", "-1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "nothing evaluated: nothing was there, or the point had no place yet")
@Outcome(
        id = {"0, 0", "0, 1", "1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "evaluated, up to the point at most")
@Outcome(expect = Expect.FORBIDDEN, desc = "a stage is past the point")
@State
public class StatsPointStress {
    private final InputRing ring = new InputRing(4, Entry.FIXED_LENGTH, false, 1);
    private final byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
    private final AtomicReference<StatsPoint> request = new AtomicReference<>();
    private final StatsPoint point = new StatsPoint();

    public StatsPointStress() {
        EntryEncoder.plain(entry, 0, EntryKind.TICK, 0, 5);
    }

    @Actor
    public void publisher() {
        ring.tryPublish(entry, 0, Entry.FIXED_LENGTH);
        ring.tryPublish(entry, 0, Entry.FIXED_LENGTH);
    }

    @Actor
    public void caller() {
        StatsPoint.show(request, point);
        point.at(ring.cursor());
    }

    @Actor
    public void stage(JJ_Result r) {
        long last = ring.published(0, 4);
        StatsPoint seen = request.get();
        r.r1 = seen == null ? last : Math.min(last, seen.most(0));
    }

    @Arbiter
    public void point(JJ_Result r) {
        r.r2 = point.most(0);
    }
}
