package io.millrace.engine;

import io.millrace.transport.EventSource;
import java.util.ArrayList;
import java.util.List;

/** The sources that an inline host polls on its own thread. */
final class InlineSources {
    private static final int BATCH = 256;

    private final Inline inline;
    private final List<Bindings.BoundSource<?>> sources;
    private final List<EncodedPublisher<?>> publishers = new ArrayList<>();
    private final List<SourceTarget<?>> targets = new ArrayList<>();
    private final boolean[] waits;
    private final boolean[] over;

    InlineSources(Inline inline, Host host, List<Bindings.BoundSource<?>> sources) {
        this.inline = inline;
        this.sources = sources;
        over = new boolean[sources.size()];
        waits = new boolean[sources.size()];
        sources.forEach(s -> targets.add(target(host, s)));
    }

    private <V> SourceTarget<V> target(Host host, Bindings.BoundSource<V> bound) {
        Recovered from = inline.recovered();
        InputMarks had = from == null || !bound.source().beginsAnew() ? null : from.marks(bound.input());
        EncodedPublisher<V> publisher = new InlinePublisher<>(inline, host, bound.input(), true);
        waits[publishers.size()] =
                host.inputs().get(host.core().source(bound.input())).overflow() == Overflow.BLOCK;
        publishers.add(publisher);
        return new SourceTarget<>(publisher, host, bound.input(), had);
    }

    /** Tells what is wrong with journal or sources; the journal may be null. */
    static void tell(InlineJournal journal, List<Bindings.BoundSource<?>> sources, Troubles to) {
        if (journal != null) {
            journal.tell(to);
        }
        Bindings.tell(sources, to);
    }

    /** Polls all until each has ended, and what that leaves due has fired. */
    void run() throws Exception {
        Idle idle = new Idle(Idle.POLLING);
        boolean wasBusy = false;
        try {
            while (!isOver()) {
                boolean busy = inline.time().begins();
                busy |= poll();
                busy |= inline.time().pass(wasBusy && !busy);
                wasBusy = busy;
                if (busy) {
                    idle.reset();
                } else {
                    idle.idle();
                }
            }
        } finally {
            idle.restore();
        }
    }

    boolean isOver() {
        return !areLeft() && !inline.time().isLeft();
    }

    /** Whether some have not ended. */
    private boolean areLeft() {
        for (boolean o : over) {
            if (!o) {
                return true;
            }
        }
        return false;
    }

    /** Each source once, if the journal takes what it brings, or its input drops or refuses that; answers whether there was something. */
    boolean poll() throws Exception {
        boolean any = false;
        for (int i = 0; i < over.length; i++) {
            if (!over[i] && inline.takesFrom(waits[i])) {
                int n = poll(sources.get(i), targets.get(i));
                any |= n != 0;
                over[i] = n == EventSource.ENDED;
                if (over[i]) {
                    targets.get(i).requireResumed();
                }
                if (over[i] && isLastOfItsInput(i) && !hadEnded(i)) {
                    publishers.get(i).end();
                }
            }
        }
        return any;
    }

    @SuppressWarnings("unchecked")
    private static <V> int poll(Bindings.BoundSource<V> bound, SourceTarget<?> target) throws Exception {
        return bound.source().poll((SourceTarget<V>) target, BATCH);
    }

    /** Whether its end stands in the journal. */
    private boolean hadEnded(int source) {
        Recovered from = inline.recovered();
        return from != null && from.hasEnded(sources.get(source).input());
    }

    /** An input has ended when all sources that are bound to it have. */
    private boolean isLastOfItsInput(int source) {
        for (int i = 0; i < over.length; i++) {
            if (!over[i] && sources.get(i).input() == sources.get(source).input()) {
                return false;
            }
        }
        return true;
    }
}
