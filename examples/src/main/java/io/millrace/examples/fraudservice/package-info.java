/** The fraud example as a service of three processes: who takes payments, who scores them, who sees the decisions. */
package io.millrace.examples.fraudservice;
