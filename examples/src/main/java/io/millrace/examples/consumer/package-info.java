/** How to feed an engine from a consumer's loop; runs nothing by itself, and knows no broker. */
package io.millrace.examples.consumer;
