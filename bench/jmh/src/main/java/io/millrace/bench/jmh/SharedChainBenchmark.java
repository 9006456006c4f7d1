package io.millrace.bench.jmh;

import org.openjdk.jmh.annotations.Fork;

/** {@link ChainBenchmark} with node classes shared by all topologies of the JVM: what hidden copies are for. */
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Dmillrace.copies=false"})
public class SharedChainBenchmark extends ChainBenchmark {}
