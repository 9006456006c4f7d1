package io.millrace.testkit.oracle;

import io.millrace.event.Input;
import io.millrace.event.TimeMeaning;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.List;

/**
 * The progress of each input and of all together, step by step, plainly from the definition.
 *
 * <p>Tick time is the sum of the steps that the clock makes forward. A live input is silent since the first tick behind its
 * last event, and idle when it has been silent for its {@code idleAfter} of tick time. From then on its progress goes on by
 * tick time, and so does that of all together once nobody is left who is not idle, by the smallest of where each of them leads; never
 * beyond the tick less the disorder.
 *
 * <p>An event that has no time of its own gets the largest that is known by now: of an event, of an advance, of progress that
 * went on by itself; before there is one a live input gives it the largest tick.
 */
final class RuleOfTime {
    private final List<Source> sources = new ArrayList<>();
    private long seenNs = Progress.NONE;
    private long clockNs = Progress.NONE;
    private long largestTickNs;
    private long tickTimeNs;
    private long beforeNs;
    private long allNs = Progress.NONE;

    RuleOfTime(List<Feed<?>> feeds) {
        feeds.forEach(f -> sources.add(new Source(f.input())));
        together();
    }

    /** What is known of one input. */
    private final class Source {
        private final Input<?> input;
        private final boolean live;
        private long maxNs = Progress.NONE;
        private long progressNs;
        private boolean silent;
        private long silentSinceNs;

        Source(Input<?> input) {
            this.input = input;
            live = input.timeMeaning() == TimeMeaning.LIVE;
            progressNs = input.hasEventTime() ? Progress.NONE : Progress.END;
        }

        /** Or it has no time that could end. */
        boolean hasEnded() {
            return progressNs == Progress.END;
        }

        boolean isIdle() {
            return silent && tickTimeNs - silentSinceNs >= input.idleAfterNs();
        }

        /** The tick time since it is idle, of what the last tick brought. */
        long idleNs() {
            return tickTimeNs - Math.max(beforeNs, silentSinceNs + input.idleAfterNs());
        }

        /** Where time cannot go on beyond without events. */
        long mostNs() {
            return clockNs - input.disorderNs();
        }

        void tick() {
            if (!live || hasEnded()) {
                return;
            }
            if (!silent) {
                silent = true;
                silentSinceNs = tickTimeNs;
            } else if (isIdle() && progressNs != Progress.NONE) {
                raise(Math.min(progressNs + idleNs(), mostNs()));
            }
        }

        void event(long timeNs) {
            long baseNs = live ? clockNs : maxNs;
            long aheadNs = timeNs - baseNs;
            if (baseNs != Progress.NONE && timeNs > baseNs && (aheadNs < 0 || aheadNs > input.maxAheadNs(live))) {
                throw new History.UnusableException("an event of " + input.name() + " is " + aheadNs
                        + " ns ahead; declare maxAhead(Duration.ofNanos(Long.MAX_VALUE)), or use smaller times");
            }
            silent = false;
            maxNs = Math.max(maxNs, timeNs);
            long ns = timeNs - input.disorderNs();
            raise(ns > timeNs ? Progress.NONE : ns);
        }

        void advance(long toNs) {
            if (!hasEnded()) {
                maxNs = Math.max(maxNs, toNs);
                raise(toNs);
            }
        }

        private void raise(long toNs) {
            progressNs = Math.max(progressNs, Math.min(toNs, Progress.END - 1));
        }
    }

    /** Takes a step; answers its time. */
    long take(Step step, Object event) {
        beforeNs = tickTimeNs;
        long timeNs = step.timeNs();
        switch (step.kind()) {
            case END -> sources.get(step.port()).progressNs = Progress.END;
            case ADVANCE -> advance(step.timeNs());
            case TICK -> tick(step.timeNs());
            case EVENT -> timeNs = event(sources.get(step.port()), event);
        }
        together();
        sources.forEach(s -> seeProgress(s.progressNs));
        seeProgress(allNs);
        return timeNs;
    }

    private void see(long ns) {
        seenNs = Math.max(seenNs, ns);
    }

    /** An end is no time. */
    private void seeProgress(long ns) {
        if (ns != Progress.END) {
            see(ns);
        }
    }

    private void advance(long toNs) {
        sources.forEach(s -> s.advance(toNs));
        see(toNs);
    }

    /** A clock that steps back adds no time and takes none away. */
    private void tick(long ns) {
        if (clockNs != Progress.NONE && ns > clockNs) {
            tickTimeNs += ns - clockNs;
        }
        clockNs = ns;
        largestTickNs = Math.max(largestTickNs, ns);
        sources.forEach(Source::tick);
    }

    private long event(Source source, Object event) {
        if (!source.input.hasEventTime()) {
            return seenNs != Progress.NONE ? seenNs : source.live ? largestTickNs : 0;
        }
        if (source.hasEnded()) {
            throw new History.UnusableException("an event of " + source.input.name() + " behind its end");
        }
        long timeNs = timeNs(source.input, event);
        source.event(timeNs);
        see(timeNs);
        return timeNs;
    }

    @SuppressWarnings("unchecked") // the feed of the input made the event
    private static <V> long timeNs(Input<V> input, Object event) {
        return input.timeNs((V) event);
    }

    /** The smallest of those that hold; when none does, what there is goes on. */
    private void together() {
        List<Source> there = sources.stream().filter(s -> !s.hasEnded()).toList();
        List<Source> holding = there.stream().filter(s -> !s.isIdle()).toList();
        if (there.isEmpty()) {
            allNs = Progress.END;
        } else if (holding.isEmpty()) {
            goOn(there);
        } else {
            long ns = holding.stream().mapToLong(s -> s.progressNs).min().getAsLong();
            allNs = Math.max(allNs, ns);
        }
    }

    /**
     * As far as each leads: from where all together are by the tick time for which it is idle, or to where it is itself. An input that has
     * never sent has no time to speak of.
     */
    private void goOn(List<Source> idle) {
        long ns = idle.stream()
                .filter(s -> s.progressNs != Progress.NONE)
                .mapToLong(s -> Math.max(s.progressNs, Math.min(allNs + s.idleNs(), s.mostNs())))
                .min()
                .orElse(allNs);
        allNs = Math.max(allNs, ns);
    }

    /** Of each input, in the order of the feeds. */
    long[] progressNs() {
        return sources.stream().mapToLong(s -> s.progressNs).toArray();
    }

    /** Of a node that all inputs reach. */
    long allNs() {
        return allNs;
    }
}
