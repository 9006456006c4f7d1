package io.millrace.operators.pattern;

import io.millrace.event.EventView;
import io.millrace.time.Times;

/**
 * Asks the conditions what an event is to a run: what takes it, and what is still open without it. User code runs here and
 * nowhere else, and nothing changes here.
 *
 * <p>A condition that did not ask an earlier step is a function of the event alone, so it is asked once for all runs.
 */
final class Choice {
    private final Automaton automaton;
    private final Places places;
    private final ChainSource source;
    private Object value;
    private EventView<?> cursor;
    private int input;
    private long timeNs;
    private long known;
    private long held;
    private long taken;
    private long left;

    Choice(Automaton automaton, ChainSource source) {
        this.automaton = automaton;
        places = automaton.places;
        this.source = source;
    }

    /** Begins with an event; the cursor rewinds it, or is null. */
    void event(Object newValue, EventView<?> rewinds, int itsInput, long itsTimeNs) {
        value = newValue;
        cursor = rewinds;
        input = itsInput;
        timeNs = itsTimeNs;
        known = 0;
        held = 0;
    }

    /** The bits that take the event. */
    long taken() {
        return taken;
    }

    /** The bits that are open when the event is not taken. */
    long left() {
        return left;
    }

    /** Asks for a new run. */
    void askStart() throws Exception {
        source.move(Links.NONE);
        taken = 0;
        left = places.start;
        for (int p : places.startPlaces) {
            if ((left & places.at[p]) != 0) {
                take(p, timeNs);
            }
        }
    }

    /** Asks for a run that has taken an event of a step last. */
    void ask(int chain, long bits, int step, long lastNs) throws Exception {
        source.move(chain);
        taken = 0;
        left = bits & ~Automaton.FRESH;
        guard(step, (bits & Automaton.FRESH) != 0);
        if ((left & Automaton.LOOP) != 0 && loop(step)) {
            return;
        }
        for (int p : places.placesBehind[step]) {
            if ((left & places.at[p]) != 0 && !take(p, lastNs) && places.strict[p]) {
                left &= ~places.at[p];
            }
        }
    }

    private void guard(int step, boolean fresh) throws Exception {
        int[] guards = places.guardsBehind[step];
        for (int i = 0; i < guards.length; i++) {
            long closes = places.closes[step][i];
            boolean looks = (left & closes) != 0 && (fresh || !automaton.guardsNext[guards[i]]);
            if (looks && test(automaton.guardCondition[guards[i]])) {
                left &= ~closes;
            }
        }
    }

    /** Answers whether that closes all else. */
    private boolean loop(int step) throws Exception {
        if (automaton.until[step] >= 0 && test(automaton.until[step])) {
            left &= ~Automaton.LOOP;
        } else if (test(step)) {
            taken = Automaton.LOOP;
            left &= automaton.greedy[step] ? ~Automaton.OPEN : ~Automaton.LOOP;
            return automaton.greedy[step];
        } else if (automaton.consecutive[step]) {
            left &= ~Automaton.LOOP;
        }
        return false;
    }

    /** Lets the first step of a place take the event whose condition holds. */
    private boolean take(int p, long lastNs) throws Exception {
        for (int s : places.alternatives[p]) {
            long gap = automaton.gapNs[s];
            if (gap > 0 && timeNs >= Times.plus(lastNs, gap)) {
                left &= ~Automaton.bit(s);
            } else if ((left & Automaton.bit(s)) != 0 && test(s)) {
                taken |= Automaton.bit(s);
                left &= places.any[p] ? -1L : ~places.at[p];
                left &= automaton.greedy[s] ? ~places.rest[s] : -1L;
                return true;
            }
        }
        return false;
    }

    private boolean test(int condition) throws Exception {
        if (automaton.inputOf[condition] != input) {
            return false;
        }
        long bit = 1L << condition;
        if ((known & bit) != 0) {
            return (held & bit) != 0;
        }
        if (cursor != null) {
            cursor.rewind();
        }
        source.watch();
        boolean holds = automaton.conditions[condition].test(value);
        if (!source.wasAsked()) {
            known |= bit;
            held |= holds ? bit : 0;
        }
        return holds;
    }
}
