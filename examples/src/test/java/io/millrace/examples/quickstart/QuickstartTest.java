package io.millrace.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.examples.quickstart.Quickstart.Alert;
import io.millrace.examples.quickstart.Quickstart.Payment;
import io.millrace.testkit.TestDriver;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuickstartTest {
    // region: test
    @Test
    void shouldForgetPaymentsOlderThanAMinute() {
        try (TestDriver driver = TestDriver.of(Quickstart.TOPOLOGY).strict()) { // fails for what it overlooks
            driver.send(Quickstart.PAYMENTS, new Payment(7, 60_000, 0))
                    .send(Quickstart.PAYMENTS, new Payment(7, 60_000, 59_999))
                    .send(Quickstart.PAYMENTS, new Payment(7, 60_000, 60_000)); // the first one has just left
            assertEquals(List.of(), driver.take(Quickstart.ALERTS));
            driver.send(Quickstart.PAYMENTS, new Payment(7, 60_000, 60_001));
            assertEquals(List.of(new Alert(7, 3, 180_000)), driver.take(Quickstart.ALERTS));
        }
    }
    // endregion
}
