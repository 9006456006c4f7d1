/**
 * Hosts that run a topology inside your process. {@link io.millrace.engine.Engine#of} begins a
 * {@link io.millrace.engine.Setup}, which binds the ports of the topology and starts an
 * {@link io.millrace.engine.Engine}, with threads of its own, or an {@link io.millrace.engine.Inline}, on the caller's
 * thread.
 *
 * <p><b>Exceptions.</b> Each message names the thing, the value and the cure.
 * <ul>
 * <li>{@link java.lang.IllegalArgumentException} and {@link java.lang.NullPointerException}: an argument that is not
 *     allowed.
 * <li>{@link java.lang.IllegalStateException}: a call that the state, the thread or the setup does not allow.
 * <li>{@link io.millrace.event.RefusedException}: an event that cannot be taken; nothing of it was published.
 * <li>{@link io.millrace.engine.EngineStoppedException}: the engine has been closed or has halted.
 * <li>{@link io.millrace.journal.JournalException}: a journal that cannot be read or written.
 * </ul>
 *
 * <p>Exceptions of a topology's functions are never thrown at a caller; they make dead letters
 * ({@link io.millrace.engine.DeadLetters}).
 *
 * <p><b>Threads.</b> A {@code Setup} is used by one thread. All methods of a running {@code Engine} may be called by
 * any thread, each publisher by one thread at a time. An {@code Inline} belongs to one thread, and documents which of
 * its methods others may call.
 */
package io.millrace.engine;
