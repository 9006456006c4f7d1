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
import java.util.function.Supplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.windowing.WindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Source, operators and sink are one chain: when the source's output returns, all is done that an event causes. */
final class FlinkSystem implements SystemUnderTest {
    private final Generator generator;
    private final Latencies latencies;
    private final Event event = new Event();

    /** Only a window asks what time it is. */
    private final boolean asksTime;

    /** When the second ends that it is; a watermark within one ends no window. */
    private long secondEndsMs = Long.MIN_VALUE;

    FlinkSystem(Conditions conditions) {
        generator = conditions.generator();
        latencies = conditions.latencies();
        asksTime = generator.workload() == Workload.W1;
        start(generator.workload());
        if (generator.workload() == Workload.W3) {
            onPublisher(this::loadProfiles);
        }
    }

    private static void start(Workload workload) {
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment(settings());
        TypeInformation<Event> type = TypeInformation.of(Event.class);
        KeyedStream<Event, Long> cards = DataStreamUtils.reinterpretAsKeyedStream(
                flink.fromSource(new FlinkSource(), WatermarkStrategy.noWatermarks(), "events", type),
                e -> e.card,
                Types.LONG);
        results(cards, workload).sinkTo(new ToAnswer());
        try {
            flink.executeAsync(workload.name()).getJobExecutionResult().exceptionally(fault -> {
                Feed.fail(fault);
                return null;
            });
        } catch (Exception e) {
            throw new IllegalStateException("Flink does not start", e);
        }
        Feed.FEED.awaitStart();
    }

    private static Configuration settings() {
        Configuration settings = new Configuration();
        settings.setString("parallelism.default", "1");
        settings.setString("taskmanager.numberOfTaskSlots", "1");
        settings.setString("pipeline.object-reuse", "true");
        settings.setString("state.backend.type", "hashmap");
        // A JVM that is not measured is stopped: nobody must take it for dead.
        settings.setString("heartbeat.interval", "1 d");
        settings.setString("heartbeat.timeout", "10 d");
        settings.setString("restart-strategy.type", "none");
        for (String name : new String[] {"rest.address", "rest.bind-address", "jobmanager.rpc.address"}) {
            settings.setString(name, "localhost");
        }
        for (String name : new String[] {"jobmanager.bind-host", "taskmanager.bind-host", "taskmanager.host"}) {
            settings.setString(name, "127.0.0.1");
        }
        return settings;
    }

    private static DataStream<Result> results(KeyedStream<Event, Long> cards, Workload workload) {
        TypeInformation<Result> type = TypeInformation.of(Result.class);
        return switch (workload) {
            case W1 ->
                cards.window(TumblingEventTimeWindows.of(Duration.ofMillis(Arithmetic.SECOND_MS)))
                        .aggregate(new Sums(), new Totals(), TypeInformation.of(Second.class), type);
            case W2 -> cards.process(new Join(), type);
            case W3 -> cards.process(new Score(), type);
            default -> throw new IllegalArgumentException(workload + " is not computed here");
        };
    }

    /** W1, within a window. */
    private static final class Sums implements AggregateFunction<Event, Second, Second> {
        private static final long serialVersionUID = 1;

        @Override
        public Second createAccumulator() {
            return new Second();
        }

        @Override
        public Second add(Event event, Second second) {
            return second.add(event);
        }

        @Override
        public Second getResult(Second second) {
            return second;
        }

        @Override
        public Second merge(Second a, Second b) {
            return a.add(b);
        }
    }

    /** W1, when a window ends. */
    private static final class Totals implements WindowFunction<Second, Result, Long, TimeWindow> {
        private static final long serialVersionUID = 1;

        @Override
        public void apply(Long card, TimeWindow window, Iterable<Second> seconds, Collector<Result> out) {
            seconds.forEach(second -> out.collect(second.total(card, window.getStart())));
        }
    }

    /** W2. */
    private static final class Join extends KeyedProcessFunction<Long, Event, Result> {
        private static final long serialVersionUID = 1;

        private transient ValueState<Logins> ofCard;

        @Override
        public void open(OpenContext context) {
            ofCard = getRuntimeContext().getState(new ValueStateDescriptor<>("logins", Logins.class));
        }

        @Override
        public void processElement(Event event, Context context, Collector<Result> out) throws Exception {
            Logins logins = ofCard.value();
            if (logins == null) {
                logins = new Logins();
                ofCard.update(logins);
            }
            logins.on(event, out::collect);
        }
    }

    /** W3. */
    private static final class Score extends KeyedProcessFunction<Long, Event, Result> {
        private static final long serialVersionUID = 1;

        private transient ValueState<Card> ofCard;

        @Override
        public void open(OpenContext context) {
            ofCard = getRuntimeContext().getState(new ValueStateDescriptor<>("card", Card.class));
        }

        @Override
        public void processElement(Event event, Context context, Collector<Result> out) throws Exception {
            Card card = ofCard.value();
            if (card == null) {
                card = new Card();
                ofCard.update(card);
            }
            Result alert = card.on(event);
            if (alert != null) {
                out.collect(alert);
            }
        }
    }

    private static final class ToAnswer implements Sink<Result> {
        private static final long serialVersionUID = 1;

        @Override
        public SinkWriter<Result> createWriter(WriterInitContext context) {
            return new Writer();
        }
    }

    private static final class Writer implements SinkWriter<Result> {
        private final Answer answer = Feed.FEED.answer;

        @Override
        public void write(Result result, Context context) {
            answer.hit(result.hash());
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }

    private Void loadProfiles() {
        for (int rank = 0; rank < Profiles.COUNT; rank++) {
            FlinkSource.output.collect(event.profile(rank), Generator.START_MS);
        }
        return null;
    }

    @Override
    public <T> T onPublisher(Supplier<T> work) {
        return Feed.FEED.call(work);
    }

    @Override
    public void publish(long i, long intendedNs) {
        event.with(generator, i, intendedNs);
        if (asksTime && event.timeMs >= secondEndsMs) {
            long secondMs = event.timeMs / Arithmetic.SECOND_MS * Arithmetic.SECOND_MS;
            FlinkSource.output.emitWatermark(new Watermark(secondMs - 1));
            secondEndsMs = secondMs + Arithmetic.SECOND_MS;
        }
        FlinkSource.output.collect(event, event.timeMs);
        if (latencies != null && event.amountCents > 0) {
            latencies.decided(i, intendedNs);
        }
    }

    @Override
    public Answer answer() {
        return Feed.FEED.answer.copy();
    }
}
