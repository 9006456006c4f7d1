package io.millrace.transport.aeron;

import io.millrace.engine.DutyCycle;
import io.millrace.engine.EngineStoppedException;
import io.millrace.engine.Inline;
import java.util.Objects;
import org.agrona.concurrent.Agent;

/**
 * An inline host as an agent in a service's own duty cycle: its sources are polled, time passes and outputs leave, all
 * on the agent's thread. Media without threads of their own ({@link Threading#INVOKER}) are run in the same cycle.
 */
public final class EngineAgent implements Agent {
    private final Inline engine;
    private final AeronMedia media;
    private final String role;

    /** Created in the first round: the thread that runs it is the owner. */
    private DutyCycle cycle;

    /** Whether the engine has stopped, and that has been reported. */
    private boolean isOver;

    /**
     * Creates an agent.
     *
     * @param role a name for its thread
     * @param engine is closed with the agent
     * @param media run by the agent if nobody else does; stays open
     */
    public EngineAgent(String role, Inline engine, AeronMedia media) {
        this.role = Objects.requireNonNull(role, "role");
        this.engine = Objects.requireNonNull(engine, "engine");
        this.media = Objects.requireNonNull(media, "media");
    }

    /**
     * Runs one round.
     *
     * @return how much there was to do
     * @throws Exception what a source threw; or, once, that the engine has halted or has been closed: it is then left
     *     alone, and the other agents of a service go on
     */
    @Override
    public int doWork() throws Exception {
        if (cycle == null) {
            cycle = DutyCycle.of(engine);
        }
        int work = media.doWork();
        if (isOver) {
            return work;
        }
        try {
            return work + (cycle.work() ? 1 : 0);
        } catch (EngineStoppedException e) {
            isOver = true;
            throw e;
        }
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
