/** Meters of Micrometer for engines: {@link io.millrace.micrometer.EngineMetrics}. */
package io.millrace.micrometer;
