/**
 * The flat structures that keyed state is built of: rows by key, blocks, timers, expiry. All memory is pages of longs
 * taken through one budget per node; there is no object per key and nothing is allocated after start except pages.
 *
 * <p><b>For whom.</b> Who runs a topology meets {@link io.millrace.state.Migration}, {@link io.millrace.state.RowMigration} and {@link
 * io.millrace.state.StateException}, and nothing else of it (a test looks). The structures are for who writes an operator that keeps
 * state, as those of this project are; {@link io.millrace.state.SharedRows}, {@link io.millrace.state.KeyGroup} and {@link
 * io.millrace.state.Moves} are <b>internal</b>: public because the runtime is another package.
 *
 * <p><b>Threads.</b> Everything here belongs to one stage and is for its thread only; no field is volatile. The one
 * exception is {@link io.millrace.state.Pages}, whose stock is refilled by a housekeeping thread.
 *
 * <p><b>Work.</b> Every operation does a bounded amount of work, however many keys there are and however far time
 * jumps. {@link io.millrace.state.StateCounters} counts it, so that tests prove bounds by counting and not by clocks.
 *
 * <p><b>Writes.</b> Whoever writes into a page gets it from a method named {@code writable}: all of them end in one
 * package class that will copy a page aside on its first write after a snapshot began. A page got from a method named
 * {@code page} is for reading.
 *
 * <p><b>Determinism.</b> Which slot a key gets, the order of iteration and the order of firings are a function of the
 * calls made, the bounds and the hash seed; never of addresses or clocks.
 */
package io.millrace.state;
