package io.millrace.transport.aeron;

import io.millrace.engine.DutyCycle;
import io.millrace.engine.Inline;
import java.util.Objects;
import org.agrona.concurrent.Agent;

/**
 * An inline host as an agent in a service's own duty cycle: its sources are polled, time passes, outputs leave, all on the agent's
 * thread. Media without threads of their own ({@link Threading#INVOKER}) are run in the same cycle.
 */
public final class EngineAgent implements Agent {
    private final Inline engine;
    private final AeronMedia media;
    private final String role;

    /** Made in the first round: the thread that runs it is the owner. */
    private DutyCycle cycle;

    /**
     * An agent.
     *
     * @param role   a name for its thread
     * @param engine is closed with it
     * @param media  run by it where nobody else does; stays open
     */
    public EngineAgent(String role, Inline engine, AeronMedia media) {
        this.role = Objects.requireNonNull(role, "role");
        this.engine = Objects.requireNonNull(engine, "engine");
        this.media = Objects.requireNonNull(media, "media");
    }

    @Override
    public int doWork() throws Exception {
        if (cycle == null) {
            cycle = DutyCycle.of(engine);
        }
        return media.doWork() + (cycle.work() ? 1 : 0);
    }

    @Override
    public void onClose() {
        engine.close();
    }

    @Override
    public String roleName() {
        return role;
    }
}
