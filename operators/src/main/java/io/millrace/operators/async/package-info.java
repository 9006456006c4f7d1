/** Work outside that the topology waits for: requests go out, replies come back as entries, and a deadline decides without them. */
package io.millrace.operators.async;
