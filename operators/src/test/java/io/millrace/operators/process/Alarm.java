package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.time.Duration;

/**
 * A process without objects: a value above 0 sets two timers at it, one for that time and one a step before; each event
 * is sent on.
 */
final class Alarm extends KeyedProcess {
    static final Input<Blip.View> BLIPS = Input.of("blips", Blip.BLIP).eventTime(Blip.View::timeNs, NANOSECONDS);
    static final Output<Blip.View> ALARMS = Output.of("alarms", Blip.BLIP);

    final LongState count = longState("count");
    final Kept<Blip.View> last = keeps("last", Blip.BLIP);
    final KeptList<Blip.View> history = list("history", Blip.BLIP, 4);
    final TextState text = textState("text", 20);
    final Timer late = timer("late", this::late);
    final Timer early = timer("early", this::early);
    final EmitInPlace<Blip.View, Blip.Writer> out = emits("out", Blip.BLIP);

    Alarm(On<Blip.View> blips) {
        on(blips, this::blip);
    }

    static Topology topology(Duration keepIdle) {
        return Millrace.topology(
                "alarm",
                t -> t.from(BLIPS)
                        .keyBy(Blip.View::key)
                        .process("alarm", keepIdle, Alarm::new)
                        .out(a -> a.out)
                        .to(ALARMS));
    }

    private void blip(Blip.View b) {
        emit(-count.add(1));
        last.set(b);
        if (history.isFull()) {
            history.remove(0);
        }
        history.add(b);
        text.set("blip");
        if (b.value() > 0) {
            late.at(b.value());
            early.at(b.value() - 1);
        }
    }

    private void early() {
        emit(history.get(history.size() - 1).value() - 1);
    }

    private void late() {
        emit(last.get().value());
    }

    private void emit(long value) {
        out.begin().set(key(), nowNs(), value);
        out.end();
    }
}
