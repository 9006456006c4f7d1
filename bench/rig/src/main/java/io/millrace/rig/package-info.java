/**
 * Open-loop latency of a topology of your own: {@link io.millrace.rig.LatencyRig}. Latency counts from when an event was due by a
 * fixed schedule, whatever happened before it; beside it stands the jitter floor, which is the same loop without an engine.
 */
package io.millrace.rig;
