package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.Header;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a publisher sends along reaches the receivers, and goes on to the next engine. */
class InheritedHeaderTest {
    private static final String ALL =
            "#0.0 of 0 intended 11 correlation 22 trace 3 4 5 6 cause 7.8 INSERT late redriven marked provisional";

    private final List<String> seen = new ArrayList<>();

    private static Header all() {
        return new Header()
                .intendedNs(11)
                .correlationId(22)
                .trace(3, 4, 5, (byte) 6)
                .cause(7, 8)
                .reason(Reason.LATE)
                .redriven()
                .marked()
                .provisional();
    }

    private static String text(Meta m) {
        return "#" + m.sequence() + "." + m.ordinal() + (m.fired() ? " fired" : "") + " of " + m.eventSequence()
                + " intended " + m.intendedNs() + " correlation " + m.correlationId() + " trace " + m.traceHigh() + " "
                + m.traceLow() + " " + m.spanId() + " " + m.traceFlags() + " cause " + m.causeSequence() + "."
                + m.causeOrdinal() + " " + m.form()
                + (m.reason() == null ? "" : " " + m.reason().text()) + (m.redriven() ? " redriven" : "")
                + (m.marked() ? " marked" : "") + (m.provisional() ? " provisional" : "");
    }

    @Test
    void shouldReachTheReceiversOfTheInlineHost() {
        try (Inline inline = Engine.of(one(TrialOp.pass(1)))
                .outputWithMeta(OUT, (n, meta) -> seen.add(text(meta)))
                .inline()) {
            inline.publisher(IN).publish(Trials.num(1), all());
            inline.publisher(IN).publish(Trials.num(2));
        }
        assertEquals(
                List.of(ALL, "#1.0 of 1 intended 0 correlation 0 trace 0 0 0 0 cause -1.-1 INSERT"), seen, "unset too");
    }

    @Test
    void shouldReachTheReceiversOfALiveEngine() {
        try (Engine engine = Engine.of(one(Num.input("in").historic(), TrialOp.pass(1)))
                .outputWithMeta(OUT, (n, meta) -> seen.add(text(meta)))
                .start()) {
            engine.publisher(engine.topology().inputs().get(0)).tryPublish(cast(Trials.num(1)), all());
        }
        assertEquals(List.of(ALL), seen);
    }

    @SuppressWarnings("unchecked")
    private static <V> V cast(Object event) {
        return (V) event;
    }

    @Test
    void shouldNameTheOutputThatCausedTheEventOfTheNextEngine() {
        Header next = new Header().intendedNs(99);
        try (Inline second = Engine.of(one(TrialOp.pass(1)))
                        .outputWithMeta(OUT, (n, meta) -> seen.add(text(meta)))
                        .inline();
                Inline first = Engine.of(one(TrialOp.several(2)))
                        .outputWithMeta(OUT, (n, meta) -> second.publisher(IN).publish(n, next.causedBy(meta)))
                        .inline()) {
            first.publish(IN, Trials.num(0));
            first.publisher(IN).publish(Trials.num(1), all());
        }
        String rest = " intended 0 correlation 22 trace 3 4 5 6 cause 1.";
        assertEquals(
                List.of(
                        "#0.0 of 0 intended 0 correlation 0 trace 0 0 0 0 cause 0.0 INSERT",
                        "#1.0 of 1 intended 0 correlation 0 trace 0 0 0 0 cause 0.1 INSERT",
                        "#2.0 of 2" + rest + "0 INSERT late redriven marked provisional",
                        "#3.0 of 3" + rest + "1 INSERT late redriven marked provisional"),
                seen);
    }

    @Test
    void shouldTellWhatAnOutputDoesToThoseBeforeIt() {
        io.millrace.event.EntryForm[] forms = io.millrace.event.EntryForm.values();
        TrialOp updates = TrialOp.of("updates", context -> flow -> {
            flow.form(forms[(int) flow.<Num>value().id()]);
            return true;
        });
        updates.makesUpdates = true;
        try (Inline inline = Engine.of(one(updates))
                .outputWithMeta(OUT, (n, meta) -> seen.add(meta.form().name()))
                .inline()) {
            for (int i = 0; i < forms.length; i++) {
                inline.publish(IN, Trials.num(i));
            }
        }
        assertEquals(List.of("INSERT", "RETRACTION", "REPLACEMENT"), seen);
    }
}
