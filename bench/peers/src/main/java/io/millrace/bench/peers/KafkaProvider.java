package io.millrace.bench.peers;

import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Workload;

/** Kafka Streams, without a broker. */
public final class KafkaProvider implements SystemProvider {
    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public String summary() {
        return "Kafka Streams in its test driver, without a broker (throughput only)";
    }

    @Override
    public String settings() {
        return "Kafka Streams 4.4.0, `TopologyTestDriver`: no broker, no network, no log; one task on the publisher's thread; stores in"
                + " memory, without cache and change log; keyed by card already, so that nothing is repartitioned; serdes of fixed"
                + " layout. W1: `windowedBy`, `aggregate` and `suppress(untilWindowCloses)`; W2 and W3: a `Processor` with a"
                + " key-value store. The driver commits after each record, which is in its figure; it has no live source";
    }

    @Override
    public boolean computes(Workload workload) {
        return ReactorProvider.WORKLOADS.contains(workload);
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public SystemUnderTest make(Conditions conditions) {
        return new KafkaSystem(conditions);
    }
}
