package io.millrace.bench.peers;

/** Kafka Streams, without a broker. */
public final class KafkaProvider extends Peer {
    /** For {@link java.util.ServiceLoader}. */
    public KafkaProvider() {
        super(
                "kafka",
                "Kafka Streams in its test driver, without a broker",
                KafkaSystem::new,
                "https://kafka.apache.org/43/javadoc/org/apache/kafka/streams/TopologyTestDriver.html",
                "https://kafka.apache.org/43/javadoc/org/apache/kafka/streams/kstream/Materialized.html");
    }

    @Override
    public String settings() {
        return "Kafka Streams 4.4.0, `TopologyTestDriver`: no broker, no network, no log; one task on the publisher's thread; stores in"
                + " memory, without cache and change log; keyed by card already, so that nothing is repartitioned; serdes of fixed"
                + " layout. W1: `windowedBy`, `aggregate` and `suppress(untilWindowCloses)`; W2 and W3: a `Processor` with a"
                + " key-value store. The driver commits after each record, which is in its figure, so that it"
                + " has a twentieth of the others' events. When it is back all is done that a record causes, which is what its latency"
                + " is of, as Reactor's: a broker would be milliseconds more";
    }

    @Override
    public int eventsDividedBy() {
        return 20;
    }
}
