package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.runtime.Core;

/** Gives the caller of an inline host what its own event put out, or the declared answer when there is none. The owner's thread. */
final class InlineDecisions {
    private final Inline inline;
    private final Host host;
    private final Core core;
    private final DecisionTap tap = new DecisionTap();

    InlineDecisions(Inline inline, Host host) {
        this.inline = inline;
        this.host = host;
        this.core = host.core();
    }

    <V, R> int publish(Input<V> input, V event, Output<R> output, Receiver<? super R> sees) {
        OutputPort port = host.bindings().port(output);
        inline.requireTop();
        inline.enter();
        return publishEntered(input, event, port, sees);
    }

    private <V, R> int publishEntered(Input<V> input, V event, OutputPort port, Receiver<? super R> sees) {
        tap.begin(inline.next(), sees);
        port.decisions(tap);
        try {
            inline.own(input).publishEntered(event, null);
        } finally {
            port.decisions(null);
            tap.end();
        }
        return tap.decided();
    }

    <V, R> Answer decide(Input<V> input, V event, Output<R> output, Receiver<? super R> sees) {
        OutputPort port = host.bindings().port(output);
        int source = core.source(input);
        Undecided undecided = host.inputs().get(source).undecided();
        undecided.requireDeclared();
        inline.requireOwner();
        inline.requireTop();
        String why;
        try {
            inline.enter();
            inline.requireRunning();
            long taken = core.sourceEvents(source);
            host.deadLetters().watch(inline.next());
            publishEntered(input, event, port, sees);
            why = whyUndecided(core.sourceEvents(source) > taken);
        } catch (EngineStoppedException | RefusedException e) {
            why = e.getMessage();
        }
        return why == null ? Answer.TAKEN : undecided.give(why);
    }

    private String whyUndecided(boolean evaluated) {
        if (!tap.hasHandedOverAll()) {
            return "a decision could not be handed over";
        }
        if (tap.decided() > 0) {
            return null;
        }
        String letter = host.deadLetters().watched();
        return letter == null && !evaluated ? "the event was set aside, too far ahead" : letter;
    }
}
