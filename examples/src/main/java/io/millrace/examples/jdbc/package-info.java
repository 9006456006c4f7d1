/** A database that has each effect once: what an output does and its number are one transaction. */
package io.millrace.examples.jdbc;
