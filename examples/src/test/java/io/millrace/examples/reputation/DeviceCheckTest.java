package io.millrace.examples.reputation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.engine.Engine;
import io.millrace.examples.reputation.DeviceCheck.Decision;
import io.millrace.examples.reputation.DeviceCheck.Payment;
import io.millrace.examples.reputation.DeviceCheck.Reputation;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the README shows of asking a service. */
class DeviceCheckTest {
    // region: device-check-test
    @Test
    void shouldDecideWithTheServiceOrWithoutIt() {
        try (TestDriver driver = TestDriver.of(DeviceCheck.TOPOLOGY).strict()) {
            driver.send(DeviceCheck.PAYMENTS, new Payment(1, 77, 60_000, 0));
            driver.send(DeviceCheck.PAYMENTS, new Payment(2, 78, 60_000, 0));
            driver.reply(DeviceCheck.DEVICES, driver.asked(DeviceCheck.DEVICES).get(1), new Reputation(90));
            assertEquals(List.of(new Decision(2, 60_000, true, true)), driver.take(DeviceCheck.DECISIONS));
            driver.advance(Duration.ofMillis(50)); // the service says nothing of the other
            assertEquals(List.of(new Decision(1, 60_000, false, false)), driver.take(DeviceCheck.DECISIONS));
        }
    }
    // endregion

    @Test
    @Timeout(60)
    void shouldAskTheService() throws Exception {
        BlockingQueue<Decision> decisions = new LinkedBlockingQueue<>();
        CountDownLatch never = new CountDownLatch(1);
        try (Engine engine = DeviceCheck.start(
                d -> {
                    if (d.id() == 78) {
                        never.await();
                    }
                    return new Reputation(90);
                },
                decisions::add)) {
            publish(engine, 1, 78);
            assertEquals(new Decision(1, 60_000, false, false), decisions.poll(50, TimeUnit.SECONDS));
            long card = 1;
            Decision decided;
            do {
                publish(engine, ++card, 77);
                decided = decisions.poll(50, TimeUnit.SECONDS);
            } while (new Decision(card, 60_000, false, false).equals(decided)); // a machine may be slow, but not always
            assertEquals(new Decision(card, 60_000, true, true), decided);
        }
    }

    private static void publish(Engine engine, long card, long device) {
        engine.publisher(DeviceCheck.PAYMENTS).publish(new Payment(card, device, 60_000, System.currentTimeMillis()));
    }
}
