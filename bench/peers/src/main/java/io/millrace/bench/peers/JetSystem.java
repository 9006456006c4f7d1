package io.millrace.bench.peers;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.function.SupplierEx;
import com.hazelcast.jet.Traverser;
import com.hazelcast.jet.Traversers;
import com.hazelcast.jet.aggregate.AggregateOperation;
import com.hazelcast.jet.config.JobConfig;
import com.hazelcast.jet.config.ProcessingGuarantee;
import com.hazelcast.jet.core.DAG;
import com.hazelcast.jet.core.Edge;
import com.hazelcast.jet.core.Processor;
import com.hazelcast.jet.core.SlidingWindowPolicy;
import com.hazelcast.jet.core.TimestampKind;
import com.hazelcast.jet.core.Vertex;
import com.hazelcast.jet.core.processor.Processors;
import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Profiles;
import io.millrace.bench.workloads.Workload;
import io.millrace.rig.Latencies;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Source, one keyed vertex, sink. Events are objects of their own: they wait in a queue between two threads. */
final class JetSystem implements SystemUnderTest {
    private static final String QUEUE = "4096";

    /** Of the one system of this JVM; null when throughput is measured. */
    private static Latencies latencies;

    private final Generator generator;
    private final boolean hasWindows;
    private long published;
    private long secondMs = Long.MIN_VALUE;

    JetSystem(Conditions conditions) {
        generator = conditions.generator();
        latencies = conditions.latencies();
        hasWindows = generator.workload() == Workload.W1;
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config());
        JobConfig job =
                new JobConfig().setProcessingGuarantee(ProcessingGuarantee.NONE).setMetricsEnabled(false);
        member.getJet().newJob(dag(generator.workload()), job).getFuture().exceptionally(fault -> {
            Feed.fail(fault);
            return null;
        });
        Feed.FEED.awaitStart();
        if (generator.workload() == Workload.W3) {
            onPublisher(this::loadProfiles);
        }
    }

    private static Config config() {
        Config config = new Config();
        config.getJetConfig().setEnabled(true).setCooperativeThreadCount(1);
        config.getJetConfig().getDefaultEdgeConfig().setQueueSize(Integer.parseInt(QUEUE));
        config.getMetricsConfig().setEnabled(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "none");
        if (latencies != null) {
            config.setProperty("hazelcast.jet.idle.cooperative.min.microseconds", "1");
            config.setProperty("hazelcast.jet.idle.cooperative.max.microseconds", "1");
        }
        return config;
    }

    private static DAG dag(Workload workload) {
        DAG dag = new DAG();
        Vertex source = dag.newVertex("source", JetSource::new).localParallelism(1);
        Vertex work = dag.newVertex("work", work(workload)).localParallelism(1);
        Vertex sink = dag.newVertex("sink", JetSink::new).localParallelism(1);
        return dag.edge(Edge.between(source, work)).edge(Edge.between(work, sink));
    }

    private static SupplierEx<Processor> work(Workload workload) {
        return switch (workload) {
            case W1 ->
                Processors.<Long, Second, Second, Result>aggregateToSlidingWindowP(
                        List.of((Event e) -> e.card),
                        List.of((Event e) -> e.timeMs),
                        TimestampKind.EVENT,
                        SlidingWindowPolicy.tumblingWinPolicy(Arithmetic.SECOND_MS),
                        0,
                        AggregateOperation.withCreate(Second::new)
                                .<Event>andAccumulate((second, e) -> decided(second.add(e), e))
                                .andCombine(Second::add)
                                .andExportFinish(second -> second),
                        (start, end, card, second, isEarly) -> second.total(card, start));
            case W2 ->
                Processors.<Event, Long, Logins, Result>flatMapStatefulP(
                        0,
                        e -> e.card,
                        e -> e.timeMs,
                        (SupplierEx<Logins>) Logins::new,
                        (logins, card, e) -> join(logins, e),
                        null,
                        null);
            case W3 ->
                Processors.<Event, Long, Card, Result>mapStatefulP(
                        0,
                        e -> e.card,
                        e -> e.timeMs,
                        (SupplierEx<Card>) Card::new,
                        (c, key, e) -> decided(c.on(e), e),
                        null,
                        null);
            default -> throw new IllegalArgumentException(workload + " is not computed here");
        };
    }

    private static Traverser<Result> join(Logins logins, Event e) {
        List<Result> pairs = new ArrayList<>(2);
        logins.on(e, pairs::add);
        JetSink.expect(pairs.size());
        decided(null, e);
        return pairs.isEmpty() ? Traversers.empty() : Traversers.traverseIterable(pairs);
    }

    /** The event has been worked on, with this as what it gave. */
    private static <R> R decided(R result, Event e) {
        if (latencies != null && e.amountCents > 0 && e.kind != Event.PROFILE) {
            latencies.decided(e.id, e.intendedNs);
        }
        if (result instanceof Result) {
            JetSink.expect(1);
        }
        JetSink.processed();
        return result;
    }

    private Void loadProfiles() {
        for (int rank = 0; rank < Profiles.COUNT; rank++) {
            published++;
            JetSource.emit(new Event().profile(rank));
        }
        return null;
    }

    @Override
    public <T> T onPublisher(Supplier<T> work) {
        return Feed.FEED.call(work);
    }

    @Override
    public void publish(long i, long intendedNs) {
        Event event = new Event().with(generator, i, intendedNs);
        if (hasWindows && event.timeMs >= secondMs) {
            long second = event.timeMs / Arithmetic.SECOND_MS * Arithmetic.SECOND_MS;
            JetSource.watermark(second);
            secondMs = second + Arithmetic.SECOND_MS;
        }
        published++;
        JetSource.emit(event);
    }

    @Override
    public void settle() {
        JetSink.await(published, hasWindows ? secondMs - Arithmetic.SECOND_MS : Long.MIN_VALUE);
    }

    @Override
    public Answer answer() {
        return Feed.FEED.answer.copy();
    }
}
