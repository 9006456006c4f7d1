package io.millrace.bench.jmh;

import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.workloads.Generator;
import io.millrace.engine.Claims;
import io.millrace.engine.Inline;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/** Each benchmark runs with each of its parameters: what fails in a fork fails far from whoever changed a word. */
class ParamsTest {
    private static final long STATE_BYTES = 16L << 20;

    private static List<String> of(Class<?> benchmark, String field) throws NoSuchFieldException {
        return List.of(benchmark.getField(field).getAnnotation(Param.class).value());
    }

    static Stream<String> operators() throws NoSuchFieldException {
        return of(OperatorBenchmark.class, "operator").stream();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void shouldMakeEachOperator(String operator) {
        try (Inline inline =
                OneOperator.setUp(operator).stateBudget(STATE_BYTES).inline()) {
            Claims<TransactionEncoder> claims = inline.claims(TRANSACTIONS);
            claims.claim().id(1).card(2).timeMs(Generator.START_MS);
            claims.commit(null);
        }
    }

    static Stream<String> watches() throws NoSuchFieldException {
        return of(WatchBenchmark.class, "watch").stream();
    }

    @ParameterizedTest
    @MethodSource("watches")
    void shouldRunWithEachWayToWatch(String watch) {
        WatchBenchmark benchmark = new WatchBenchmark();
        benchmark.watch = watch;
        benchmark.setUp();
        benchmark.inline();
    }
}
