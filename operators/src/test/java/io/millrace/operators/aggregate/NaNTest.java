package io.millrace.operators.aggregate;

import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which NaN a computation makes hangs on how it was compiled: what is told of it, and what is kept, does not. */
class NaNTest {
    record Reading(long key, double x, long timeNs) {}

    record Told(double value, long bits) {}

    private static final Input<Reading> READINGS =
            Input.of("readings", Reading.class).eventTime(Reading::timeNs, NANOSECONDS);
    private static final Output<Told> TOLD = Output.of("told", Told.class);
    private static final Output<Reading> MAPPED = Output.of("mapped", Reading.class);

    /** What the next one that is made looks like. */
    private static double nan;

    /** As a computation does. */
    private static double computed(Reading r) {
        return r.x() < 0 ? nan : r.x();
    }

    static final class Facts extends Aggregates<Reading> {
        final DoubleValue sum = sumDouble(NaNTest::computed);
        final DoubleValue least = minDouble(NaNTest::computed);
        final DoubleValue most = maxDouble(NaNTest::computed);
        final DoubleValue mean = mean(NaNTest::computed);
        final DoubleValue first = firstDouble(NaNTest::computed);
        final DoubleValue last = lastDouble(NaNTest::computed);
        final DoubleValue variance = variance(NaNTest::computed);
        final DoubleValue sample = sampleVariance(NaNTest::computed);
        final DoubleValue deviation = deviation(NaNTest::computed);
        final DoubleValue covariance = covariance(NaNTest::computed, Reading::x);
        final DoubleValue correlation = correlation(NaNTest::computed, Reading::x);
        final DoubleValue argMost = argMaxDouble(NaNTest::computed, Reading::x);
        final DoubleValue fading = ewma(NaNTest::computed, ofNanos(5));
        final DoubleValue vwap = vwap(NaNTest::computed, Reading::x);
        private final List<DoubleValue> all = List.of(
                sum,
                least,
                most,
                mean,
                first,
                last,
                variance,
                sample,
                deviation,
                covariance,
                correlation,
                argMost,
                fading,
                vwap);

        /** One of them, as it is and by its bits. */
        Told told(int i) {
            double value = all.get(i).isPresent() ? all.get(i).get() : 0;
            return new Told(value, Double.doubleToRawLongBits(value));
        }
    }

    static final class Past extends LookBack<Reading> {
        final Facts few = last(ofNanos(10)).of(Facts::new);
        final Facts stepped = last(ofNanos(30)).every(ofNanos(3)).of(Facts::new);
    }

    private static Topology topology() {
        return Millrace.topology("nan", t -> {
            int windows = 0;
            KeyedStream<Reading> readings = t.from(READINGS).keyBy(Reading::key);
            readings.map(Reading.class, r -> new Reading(r.key(), computed(r), r.timeNs()))
                    .to(MAPPED);
            for (Window window : List.of(
                    Window.tumbling(ofNanos(10)),
                    Window.hopping(ofNanos(20), ofNanos(5)),
                    Window.session(ofNanos(4)),
                    Window.slidingCount(6, 2))) {
                readings.window("w" + ++windows, window)
                        .aggregate(Facts::new)
                        .flatMap(Told.class, 14, (f, out) -> {
                            for (int i = 0; i < f.all.size(); i++) {
                                out.emit(f.told(i));
                            }
                        })
                        .to(TOLD);
            }
            readings.lookBack("past", Past::new)
                    .flatMap(Told.class, 28, (p, out) -> {
                        for (int i = 0; i < p.few.all.size(); i++) {
                            out.emit(p.few.told(i));
                            out.emit(p.stepped.told(i));
                        }
                    })
                    .to(TOLD);
        });
    }

    @Test
    void shouldTellAndKeepOneNaNWhicheverWasComputed() {
        double other = Double.longBitsToDouble(0xfff8_0000_0000_0007L);
        assertNotEquals(Double.doubleToRawLongBits(Double.NaN), Double.doubleToRawLongBits(other));
        nan = Double.NaN;
        TestDriver one = TestDriver.of(topology());
        TestDriver two = TestDriver.of(topology());
        int nans = 0;
        for (int i = 0; i < 60; i++) {
            Reading reading = new Reading(i % 2, i % 11 == 3 ? -1 : i % 5, i + i / 20 * 9);
            nan = Double.NaN;
            one.send(READINGS, reading);
            nan = other;
            two.send(READINGS, reading);
            assertArrayEquals(one.snapshot(), two.snapshot(), "behind " + reading);
        }
        one.endAll();
        two.endAll();
        assertEquals(one.digest(), two.digest());
        for (Told told : two.take(TOLD)) {
            nans += Double.isNaN(told.value()) ? 1 : 0;
        }
        assertEquals(
                one.take(TOLD).stream()
                        .filter(told -> told.value() != told.value())
                        .count(),
                nans);
        assertNotEquals(0, nans);
    }
}
