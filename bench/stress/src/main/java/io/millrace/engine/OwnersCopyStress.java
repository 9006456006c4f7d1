package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.runtime.EntryEncoder;
import io.millrace.runtime.NodeCopies;
import io.millrace.topology.GraphBuilder;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * The owner of an inline host gives a copy of its statistics to another thread, which gives up and asks anew. Up to which entry the copy
 * goes that was taken (there were three), and how many events it has.
 */
@JCStressTest
@Outcome(id = "2, 3", expect = Expect.ACCEPTABLE, desc = "taken, and full")
@Outcome(id = "-2, -2", expect = Expect.FORBIDDEN, desc = "another was taken in its place, and it is lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "taken back before it was full")
@State
public class OwnersCopyStress {
    record Num(long value) {}

    private static final Host HOST = host();

    private final OwnersCopy copies = new OwnersCopy(HOST);
    private volatile boolean asked;
    private volatile boolean gave;

    /** Has given up on another copy before. */
    public OwnersCopyStress() {
        copies.ask();
    }

    private static Host host() {
        Input<Num> in = Input.of("in", Num.class).live();
        Output<Num> out = Output.of("out", Num.class);
        GraphBuilder graph = new GraphBuilder("counted");
        graph.sink(out, graph.source(in, ""), "");
        PlanOptions options = PlanOptions.tested();
        Setup setup = Engine.of(graph.build()).stateBudget(options.stateBytes()).output(out, n -> {});
        Host host = setup.parts().host(options, new NodeCopies(false), null, null, null);
        EntryEncoder<Num> encoder = new EntryEncoder<>(in, 0);
        for (int i = 0; i < 3; i++) {
            encoder.encode(new Num(i), null);
            host.core().process(i, encoder.bytes(), 0);
        }
        return host;
    }

    /** Comes by until the other has asked, and once more. */
    @Actor
    public void owner() {
        while (!asked) {
            copies.give();
        }
        copies.give();
        gave = true;
    }

    @Actor
    public void other(JJ_Result r) {
        EngineStats.Copy mine = copies.ask();
        asked = true;
        boolean over = false;
        while (!copies.isTaken(mine) && !over) {
            over = gave;
        }
        boolean taken = copies.isTaken(mine);
        EngineStats stats = mine.stats();
        r.r1 = taken ? stats.sequence() : -2;
        r.r2 = taken ? stats.inputs().get(0).events() : -2;
    }
}
