package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSource;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** What the tests of this module send. */
final class Streams {
    /** An event with a text of some length. */
    record Note(long id, @Length(200) String text) {}

    /** What would be read wrongly as a {@link Note} of the same length. */
    record Other(double id, @Length(200) String text) {}

    static final Input<Note> IN = Input.of("in", Note.class);
    static final Output<Note> OUT = Output.of("out", Note.class);

    private Streams() {}

    static Topology through() {
        return Millrace.topology("through", t -> t.from(IN).to(OUT));
    }

    /** What came, with what travelled beside it. */
    record Got(
            long id,
            long sequence,
            long intendedNs,
            long correlation,
            long causeSequence,
            long traceLow,
            boolean marked) {
        static Got of(Note n, Meta m) {
            return new Got(
                    n.id(),
                    m.sequence(),
                    m.intendedNs(),
                    m.correlationId(),
                    m.causeSequence(),
                    m.traceLow(),
                    m.marked());
        }
    }

    /** Less than what a test may take that awaits one thing in vain. */
    private static final long AWAIT_NS = 60_000_000_000L;

    static List<Got> list() {
        return Collections.synchronizedList(new ArrayList<>());
    }

    /** One that nobody uses now, below those that systems give to whoever asks for any: other tests may run beside these. */
    static int port() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (DatagramSocket free = new DatagramSocket(new InetSocketAddress("localhost", port))) {
                return free.getLocalPort();
            } catch (SocketException e) {
                // taken: another one
            }
        }
    }

    /** For long: it ends when it is so, and on a machine that has no time for a test nothing is wrong yet. */
    static void await(String what, BooleanSupplier is) throws InterruptedException {
        long untilNs = System.nanoTime() + AWAIT_NS;
        while (!is.getAsBoolean()) {
            assertTrue(System.nanoTime() < untilNs, "still not: " + what);
            Thread.sleep(1); // who is waited for has threads of its own
        }
    }

    /** Polls until the driver has answered: who sends now is heard from the first message on. */
    static <V> void listen(AeronSource<V> source, EventSource.Target<? super V> to) throws InterruptedException {
        await("that it listens", () -> {
            try {
                source.poll(to, 1);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return source.isListening();
        });
    }
}
