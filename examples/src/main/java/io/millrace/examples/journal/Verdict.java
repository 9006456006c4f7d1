package io.millrace.examples.journal;

import io.millrace.cli.Command;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestComparison;
import io.millrace.metric.DigestOptions;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.util.Optional;

/** Whether a replay put out what was put out before; and if not, where that begins. */
final class Verdict {
    private final Recorded recorded;
    private final Topology topology;
    private final Replay.Report report;

    private final ReplayOptions asked;

    Verdict(Recorded recorded, Topology topology, Replay.Report report, ReplayOptions asked) {
        this.asked = asked;
        this.recorded = recorded;
        this.topology = topology;
        this.report = report;
    }

    /** Answers the exit code. */
    int print() throws IOException {
        long ns = Math.max(1, report.took().toNanos());
        sayWhatIsMissing();
        System.out.println("first  " + report.first());
        System.out.println("evaluated  " + report.evaluated());
        System.out.println("entries/s  " + Math.round(report.evaluated() * 1e9 / ns));
        if (!report.isEqual()) {
            System.out.println("compared  with what was put out before; it differs within entries " + report.firstAt()
                    + " to " + (report.firstTo() - 1) + ", output " + report.node());
            return differs(closer().filter(first -> first.entry() < report.firstTo())); // else that comes later
        }
        if (report.compared() > report.first()) {
            System.out.println("compared  with what was put out before, entries " + report.first() + " to "
                    + (report.compared() - 1));
        } else if (report.evaluated() > 0) {
            System.out.println(
                    "compared  with a second replay: nothing that was put out before is kept of these entries");
            Optional<DigestComparison.Interval> in =
                    DigestComparison.compare(report.digest(), again(DigestOptions.NONE));
            if (in.isPresent()) {
                long from = Math.max(report.first(), in.get().from());
                System.out.println("compared  with a second replay; they differ within entries " + from + " to "
                        + (in.get().to() - 1) + ", output " + in.get().outputs().get(0));
                return differs(closer().or(() -> Optional.of(
                        new DigestComparison.First(from, in.get().outputs().get(0), "the first of these"))));
            }
        }
        if (isOfNone()) {
            return Command.USAGE;
        }
        System.out.println("replay: " + report.entries() + " entries, digest equal");
        return Command.OK;
    }

    /** That none of them differs would say nothing of what was meant. */
    private boolean isOfNone() {
        return report.entries() == 0 && (asked.from() != null || asked.to() != null);
    }

    /** Also where all is equal: what is not there was not compared. */
    private void sayWhatIsMissing() {
        if (isOfNone()) {
            long lowest = lowest();
            System.err.println("millrace replay: nothing was let out: no entry lies " + asked.span() + "; "
                    + recorded.extent(lowest) + (mayLieBelow(lowest) ? "; " + recorded.below(lowest) : ""));
        } else if (asked.from() != null
                && asked.from().time() == null
                && asked.from().sequence() < report.first()) {
            System.err.println(
                    "millrace replay: --from " + asked.from().sequence() + ": " + recorded.below(report.first()));
        }
    }

    /** The first entry that can be replayed: this replay may have begun with a later snapshot, near to what was asked for. */
    private long lowest() {
        return report.first() == 0
                ? 0
                : Replay.of(discarding(), recorded.journal()).to(0).run().first();
    }

    /** Whether what was asked for may have been there once. */
    private boolean mayLieBelow(long lowest) {
        return lowest > 0
                && asked.to() != null
                && (asked.to().time() != null || asked.to().sequence() < lowest);
    }

    /** What stands before the first entry was not evaluated; where the exact one is not known it is the first of those that can be. */
    private int say(long entry, String node) {
        System.out.println("replay: first difference at " + Math.max(report.first(), entry) + ", node " + node);
        return Command.FAILED;
    }

    private int differs(Optional<DigestComparison.First> closer) {
        if (closer.isPresent()) {
            return say(closer.get().entry(), closer.get().node());
        }
        System.err.println(
                "millrace replay: what was put out before is kept by its digest only, at every so many entries:"
                        + " output " + report.node() + " differs within entries " + report.firstAt() + " to "
                        + (report.firstTo() - 1) + ", and the first of these is named");
        return say(report.firstAt(), report.node());
    }

    /** A topology that does not repeat itself shows it in two more replays, to the entry and the node. */
    private Optional<DigestComparison.First> closer() {
        try {
            return DigestComparison.find(this::again, this::again);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Setup discarding() {
        Setup setup = recorded.takingOver(topology);
        topology.outputs().forEach(setup::discard);
        return setup;
    }

    private Digest again(DigestOptions digest) {
        Setup setup = discarding();
        if (digest.isOn()) {
            setup.digest(digest);
        }
        return Replay.of(setup, recorded.journal())
                .from(report.first()) // so it begins with the same snapshot
                .to(report.first() + report.evaluated() - 1)
                .run()
                .digest();
    }
}
