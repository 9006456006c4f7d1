/** Engines read by Micrometer. */
package io.millrace.micrometer;
