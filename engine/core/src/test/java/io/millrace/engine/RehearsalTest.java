package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rehearsal must not take over from the host that it is for, nor leave behind in it. */
@Timeout(60)
class RehearsalTest {
    private static final Topology PASS = one(TrialOp.pass(1));

    private static WarmUp warmUp() {
        return WarmUp.generated(IN, i -> new Num(i, i)).eventsPerRound(500).atLeast(1);
    }

    /** Its ring is small and its events come as fast as they can: what finds no room there says nothing of the event. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWaitForRoomWhereTheInputRefuses(boolean exclusive) {
        Setup setup = Engine.of(PASS).discard(OUT).overflow(IN, Overflow.REFUSE).warmUp(warmUp());
        try (Engine engine = (exclusive ? setup.exclusive() : setup).start()) {
            assertNotNull(engine.warmUp());
        }
    }

    /** What is not done in time of a rehearsal is not lost. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotGiveUpWhereTheHostWouldWhenItCloses(boolean inline) throws Exception {
        Setup setup = Engine.of(PASS)
                .output(OUT, n -> {}, Delivery.blocking())
                .stopDeadline(Duration.ofNanos(1))
                .warmUp(warmUp());
        AutoCloseable host = inline ? setup.inline() : setup.start();
        assertNotNull(host);
        try {
            host.close();
        } catch (EngineStoppedException e) {
            assertTrue(e.getMessage().contains("within PT0.000000001S"), e.getMessage());
        }
    }

    @Test
    void shouldLeaveNoRowsInAView() {
        View<Num> view = View.of(OUT, Num::id);
        try (Engine engine =
                Engine.of(PASS).output(OUT, view).warmUp(warmUp().calling(OUT)).start()) {
            assertEquals(-1, view.sequence());
            assertEquals(0, view.all().rows().size());
            assertEquals(Health.State.UP, engine.health().state());
        }
    }
}
