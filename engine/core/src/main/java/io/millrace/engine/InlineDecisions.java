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
        InlinePublisher<V> own = inline.own(input);
        boolean told = own.tellDrops(); // an entry in front of the event's
        beginTap(port, sees);
        try {
            own.publishEntered(event, told, true);
        } finally {
            endTap(port);
        }
        return tap.decided();
    }

    private void beginTap(OutputPort port, Receiver<?> sees) {
        tap.begin(inline.next(), sees);
        port.decisions(tap);
    }

    private void endTap(OutputPort port) {
        port.decisions(null);
        tap.end();
    }

    /** Answers false where there is no room for the event. */
    private <V, R> boolean tryPublish(
            InlinePublisher<V> own, V event, boolean told, OutputPort port, Receiver<? super R> sees) {
        beginTap(port, sees);
        try {
            return own.publishEntered(event, told, false) != Publisher.FULL;
        } finally {
            endTap(port);
        }
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
            InlinePublisher<V> own = inline.own(input);
            boolean told = own.tellDrops();
            host.deadLetters().watch(inline.next());
            why = tryPublish(own, event, told, port, sees)
                    ? whyUndecided(core.sourceEvents(source) > taken)
                    : inline.entrance().inWords("");
        } catch (EngineStoppedException | RefusedException e) {
            why = e.getMessage();
        }
        return why == null ? Answer.TAKEN : undecided.give(why);
    }

    private String whyUndecided(boolean evaluated) {
        if (!tap.hasHandedOverAll()) {
            return "a decision could not be handed to its receiver";
        }
        if (tap.decided() > 0) {
            return null;
        }
        String letter = host.deadLetters().watched();
        return letter == null && !evaluated ? "the event was set aside because its time is too far ahead" : letter;
    }
}
