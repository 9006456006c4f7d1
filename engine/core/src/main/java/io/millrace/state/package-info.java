/**
 * The flat structures of which keyed state is built: rows by key, blocks, timers, expiry. All memory is pages of longs
 * taken through one budget for each node. There is no object for each key, and nothing is allocated after start except
 * pages.
 *
 * <p><b>For whom.</b> If you run a topology you need only {@link io.millrace.state.Migration},
 * {@link io.millrace.state.RowMigration} and {@link io.millrace.state.StateException} of this package (a test checks
 * that). The structures are for authors of operators with state, such as those of this project.
 * {@link io.millrace.state.SharedRows}, {@link io.millrace.state.KeyGroup} and {@link io.millrace.state.Moves} are
 * <b>internal</b>: they are public only because the runtime is another package.
 *
 * <p><b>Threads.</b> Everything here belongs to one stage and is for its thread only; no field is volatile. The one
 * exception is {@link io.millrace.state.Pages}, whose stock is refilled by a housekeeping thread.
 *
 * <p><b>Work.</b> Every operation does a bounded amount of work, however many keys there are and however far time
 * jumps. {@link io.millrace.state.StateCounters} counts it, so that tests prove bounds by counting and not by clocks.
 *
 * <p><b>Writes.</b> Code that writes into a page gets it from a method named {@code writable}. All of these end in one
 * package class that will copy a page aside on its first write after a snapshot began. A page from a method named
 * {@code page} is for reading.
 *
 * <p><b>Determinism.</b> Which slot a key gets, the order of iteration and the order of firings depend on the calls
 * made, the bounds and the hash seed only, never on addresses or clocks.
 */
package io.millrace.state;
