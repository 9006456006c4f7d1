package io.millrace.operators.pattern;

import io.millrace.event.EventType;
import io.millrace.operator.NodeContext;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.Touched;
import io.millrace.state.Pages;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;

/** All that a pattern keeps, and how its budget is divided: first rows for keys, then as many runs as there are events. */
final class PatternState {
    /** Structures that may leave a page partly empty: rows, two heaps with their cells, runs, links, events, headers. */
    private static final int STRUCTURES = 9;

    final Automaton automaton;
    final PatternShape shape;
    final long withinNs;
    final KeyRuns keys;
    final Runs runs;
    final Links links;
    final StoredEvents events;

    /** Events that progress has not reached, by (time, arrival). */
    final TimerHeap waiting;

    final HeldHeaders headers;

    /** What an event, or what fires at an entry, touches of all that. */
    final Touched touched;

    PatternState(PatternOperator<?, ?> operator, Automaton automaton, PatternShape shape, NodeContext context) {
        this.automaton = automaton;
        this.shape = shape;
        withinNs = operator.withinNs();
        StateBudget budget = context.budget();
        int eventLongs = StoredEvents.HEAD + StoredEvents.words(longest(operator, context));
        long left = budget.bytes() - budget.usedBytes() - STRUCTURES * (long) Pages.PAGE_BYTES;
        long ofKey = keyBytes(operator.key().maxBytes());
        long ofRun = runBytes(eventLongs);
        long fit = Math.max(1, Math.min(left / (ofKey + ofRun), Integer.MAX_VALUE >> 4));
        int asked = operator.key().atMost();
        int most = (int) (asked == 0 ? fit : Math.min(fit, asked));
        int events = (int) Math.max(1, Math.min((left - most * ofKey) / ofRun, Integer.MAX_VALUE >> 4));
        keys = new KeyRuns(context, operator.key().maxBytes(), most);
        runs = new Runs(budget, events);
        this.events = new StoredEvents(budget, eventLongs, events);
        links = new Links(budget, this.events, events);
        waiting = new TimerHeap(budget, events);
        headers = new HeldHeaders(budget, events);
        touched = new Touched(context.counters(), new StateCounters[] {
            keys.ofRows(),
            keys.ofTimers(),
            runs.counters(),
            links.counters(),
            this.events.counters(),
            waiting.counters(),
            headers.counters()
        });
    }

    static int longest(PatternOperator<?, ?> operator, NodeContext context) {
        int longest = 0;
        for (int i = 0; i < operator.inputs(); i++) {
            EventType<?> type = context.inputType(i);
            longest = Math.max(longest, type.maxLength());
        }
        return longest;
    }

    /** A row with its place in the index, and a timer. */
    static long keyBytes(int maxKeyBytes) {
        return Long.BYTES * (2L + StoredEvents.words(maxKeyBytes) + KeyRuns.COLUMNS + 3 + 5);
    }

    /** A run, a link, an event and a place among those that wait. */
    static long runBytes(int eventLongs) {
        return Long.BYTES * (Runs.LONGS + Links.LONGS + eventLongs + 5L) + 1;
    }

    static long leastBytes() {
        return STRUCTURES * (long) Pages.PAGE_BYTES + 4 * Pages.PAGE_BYTES;
    }
}
