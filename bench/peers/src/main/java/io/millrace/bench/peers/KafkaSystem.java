package io.millrace.bench.peers;

import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Profiles;
import io.millrace.bench.workloads.Workload;
import io.millrace.rig.Latencies;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** The test driver takes a record and is back when all is done that it causes. */
final class KafkaSystem implements SystemUnderTest {
    private static final String STORE = "store";
    private static final Duration SECOND = Duration.ofMillis(Arithmetic.SECOND_MS);

    private final Generator generator;
    private final Latencies latencies;
    private final Answer answer = new Answer();
    private final Event event = new Event();
    private final TopologyTestDriver driver;
    private final TestInputTopic<Long, Event> topic;

    KafkaSystem(Conditions conditions) {
        generator = conditions.generator();
        latencies = conditions.latencies();
        StreamsBuilder streams = new StreamsBuilder();
        KStream<Long, Event> events = streams.stream("events", Consumed.with(Serdes.Long(), KafkaSerdes.EVENT));
        switch (generator.workload()) {
            case W1 -> totals(events);
            case W2 -> {
                store(streams, KafkaSerdes.LOGINS);
                results(events.process(Join::new, STORE));
            }
            case W3 -> {
                store(streams, KafkaSerdes.CARD);
                results(events.process(Score::new, STORE));
            }
            default -> throw new IllegalArgumentException(generator.workload() + " is not computed here");
        }
        driver = new TopologyTestDriver(streams.build(), settings());
        topic = driver.createInputTopic("events", Serdes.Long().serializer(), KafkaSerdes.EVENT.serializer());
        if (generator.workload() == Workload.W3) {
            for (int rank = 0; rank < Profiles.COUNT; rank++) {
                pipe(event.profile(rank));
            }
        }
    }

    private static Properties settings() {
        Properties settings = new Properties();
        settings.put("application.id", "bench");
        settings.put("bootstrap.servers", "none:9092");
        settings.put("statestore.cache.max.bytes", "0");
        settings.put("metrics.recording.level", "INFO");
        settings.put("topology.optimization", "all");
        return settings;
    }

    private void totals(KStream<Long, Event> events) {
        Materialized<Long, Second, WindowStore<Bytes, byte[]>> store = Materialized.<Long, Second>as(
                        Stores.inMemoryWindowStore(STORE, SECOND.multipliedBy(2), SECOND, false))
                .withKeySerde(Serdes.Long())
                .withValueSerde(KafkaSerdes.SECOND)
                .withCachingDisabled()
                .withLoggingDisabled();
        events.groupByKey(Grouped.with(Serdes.Long(), KafkaSerdes.EVENT))
                .windowedBy(TimeWindows.ofSizeWithNoGrace(SECOND))
                .aggregate(Second::new, (card, e, second) -> second.add(e), store)
                .suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded().withLoggingDisabled()))
                .toStream()
                .foreach((card, second) -> answer.hit(
                        second.total(card.key(), card.window().start()).hash()));
    }

    private static void store(StreamsBuilder streams, Serde<?> values) {
        streams.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.Long(), values)
                .withCachingDisabled()
                .withLoggingDisabled());
    }

    private void results(KStream<Long, Result> results) {
        results.foreach((card, result) -> answer.hit(result.hash()));
    }

    /** Reads what is kept of the card, works, writes it back. */
    private abstract static class Keyed<S> implements Processor<Long, Event, Long, Result> {
        private final Supplier<S> first;
        private ProcessorContext<Long, Result> context;
        private KeyValueStore<Long, S> store;

        Keyed(Supplier<S> first) {
            this.first = first;
        }

        @Override
        public void init(ProcessorContext<Long, Result> with) {
            context = with;
            store = with.getStateStore(STORE);
        }

        @Override
        public void process(Record<Long, Event> record) {
            S state = store.get(record.key());
            S now = state == null ? first.get() : state;
            on(now, record.value(), record);
            store.put(record.key(), now);
        }

        abstract void on(S state, Event event, Record<Long, Event> record);

        void forward(Record<Long, Event> record, Result result) {
            context.forward(record.withValue(result));
        }
    }

    /** W2. */
    private static final class Join extends Keyed<Logins> {
        Join() {
            super(Logins::new);
        }

        @Override
        void on(Logins logins, Event event, Record<Long, Event> record) {
            logins.on(event, pair -> forward(record, pair));
        }
    }

    /** W3. */
    private static final class Score extends Keyed<Card> {
        Score() {
            super(Card::new);
        }

        @Override
        void on(Card card, Event event, Record<Long, Event> record) {
            Result alert = card.on(event);
            if (alert != null) {
                forward(record, alert);
            }
        }
    }

    private void pipe(Event e) {
        topic.pipeInput(e.card, e, e.timeMs);
    }

    @Override
    public void publish(long i, long intendedNs) {
        pipe(event.with(generator, i, intendedNs));
        if (latencies != null && event.amountCents > 0) {
            latencies.decided(i, intendedNs);
        }
    }

    @Override
    public Answer answer() {
        return answer.copy();
    }

    @Override
    public void close() {
        driver.close();
    }
}
