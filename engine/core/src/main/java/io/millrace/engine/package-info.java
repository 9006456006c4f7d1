/**
 * Hosts, for who embeds the engine: {@link io.millrace.engine.Engine#of} binds the ports of a topology ({@link io.millrace.engine.Setup})
 * and starts an {@link io.millrace.engine.Engine}, with threads of its own, or an {@link io.millrace.engine.Inline}, on the caller's.
 *
 * <p><b>Exceptions</b> that a caller meets: {@link java.lang.IllegalArgumentException} and {@link java.lang.NullPointerException} for what
 * an argument must not be; {@link java.lang.IllegalStateException} for a call that the state, the thread or the setup does not allow;
 * {@link io.millrace.event.RefusedException} for an event that cannot be taken, of which nothing was published; {@link
 * io.millrace.engine.EngineStoppedException} where the engine has been closed or has halted; {@link
 * io.millrace.journal.JournalException} where a journal cannot be read or written. Each message names the thing, the value and the cure. What
 * functions of a topology throw is never thrown at a caller: it makes dead letters ({@link io.millrace.engine.DeadLetters}).
 *
 * <p><b>Threads.</b> A {@code Setup} is for one thread. All methods of a running {@code Engine} may be called from any, each publisher from
 * one at a time; an {@code Inline} belongs to one thread, and says which of its methods others may call.
 */
package io.millrace.engine;
