/** The same work, larger and larger: keys, windows, operators, topologies, events. A class a dimension. */
package io.millrace.bench.scale;
