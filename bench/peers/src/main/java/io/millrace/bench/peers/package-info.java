/**
 * The workloads on other libraries, each as its own documentation says that it is fast. A class a library; what they share is
 * what a user would write on any of them: state as objects, one for a card.
 */
package io.millrace.bench.peers;
