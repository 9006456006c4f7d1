package io.millrace.bench.kill;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Journaling;
import io.millrace.engine.Recovered;
import io.millrace.engine.Setup;
import io.millrace.journal.Durability;
import io.millrace.transport.journal.WatchedJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The process that is killed: goes on where its journal is; ends by itself when all events have been through. */
public final class Child {
    private static final int SNAPSHOT_ENTRIES = 2_000;

    /** Less than who waits for it has, so that it says itself what does not come. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String DIFFERS = "what was put out before is not what is put out now";
    private static final String NOT_COMPARED = "the digest of the last run cannot be compared";

    private final Path directory;
    private final Order order;
    private final Kind kind;
    private final Instants instants;

    private Child(Path directory, Order order, Kind kind, Instants instants) {
        this.directory = directory;
        this.order = order;
        this.kind = kind;
        this.instants = instants;
    }

    /**
     * Runs it.
     *
     * @param arguments a directory, and its order
     * @throws Exception when it cannot go on
     */
    public static void main(String[] arguments) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            e.printStackTrace();
            Runtime.getRuntime().halt(3); // whoever waits for that thread would wait for ever
        });
        Path directory = Path.of(arguments[0]);
        Order order = Order.of(Arrays.copyOfRange(arguments, 1, arguments.length));
        Instants instants = Instants.of(directory.resolve("instants"), order);
        Whereabouts.tellWhenAsked(instants);
        new Child(directory, order, order.target().kind(), instants).run(false);
        for (Kind then : order.then()) {
            new Child(directory, order, then, instants).run(true);
        }
    }

    private void run(boolean closedBefore) throws IOException, InterruptedException {
        instants.phase(Phase.OPENING);
        try (Receivers receivers = new Receivers(directory, order.target().threads(), instants)) {
            Setup setup = setup(receivers);
            if (kind == Kind.INLINE) {
                inline(setup, closedBefore);
            } else {
                live(setup, closedBefore);
            }
        }
    }

    private Setup setup(Receivers receivers) throws IOException {
        Setup setup = Engine.of(Load.topology(kind)).stopDeadline(PATIENCE);
        if (order.level() == Durability.MEMORY) {
            receivers.bindPlain(setup);
            return setup;
        }
        receivers.bind(setup);
        return setup.journal(
                WatchedJournal.in(directory.resolve("journal"), order.level(), instants),
                Journaling.plain().snapshotEvery(Duration.ofMillis(100), SNAPSHOT_ENTRIES));
    }

    private void live(Setup setup, boolean closedBefore) throws IOException, InterruptedException {
        try (Engine engine = setup.start()) {
            LiveFeed feed = new LiveFeed(engine, order.paced());
            feed.run(begun(engine.recovered(), closedBefore));
            instants.phase(Phase.DRAINING);
            feed.drain(PATIENCE);
            instants.phase(Phase.CLOSING);
        }
    }

    private void inline(Setup setup, boolean closedBefore) throws IOException {
        try (Inline inline = setup.inline()) {
            new InlineFeed(inline, order.paced()).run(begun(inline.recovered(), closedBefore));
            instants.phase(Phase.CLOSING); // which waits until all is durable and let out
        }
    }

    /** Events are taken: answers where producers go on. */
    private List<Sent> begun(Recovered found, boolean closedBefore) {
        if (found != null) {
            check(found, closedBefore);
        }
        instants.ready();
        instants.phase(Phase.PUBLISHING);
        return IntStream.range(0, Load.PRODUCERS)
                .mapToObj(p -> new Sent(p, order.events(), found, instants))
                .toList();
    }

    private void check(Recovered found, boolean closedBefore) {
        if (found.report().contains(DIFFERS) || found.report().contains(NOT_COMPARED)) {
            throw new IllegalStateException(found.report());
        }
        if (closedBefore && !(found.inDoubt().isEmpty() && Load.INPUTS.stream().allMatch(found::hasEnded))) {
            throw new IllegalStateException("the run before has closed, and " + found.inDoubt()
                    + " is in doubt, or an input has" + " not ended: " + found.report());
        }
    }
}
