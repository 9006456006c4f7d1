package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A ticket reservation: seats are held, paid for, and given back when the payment does not come. */
class TicketsTest {
    private static final long MINUTE = 60_000;

    enum Status {
        NEW,
        HELD,
        ACQUIRED,
        RELEASED
    }

    record Requested(long reservation, long show, int seats, long user, long timeMs) {}

    record SeatsHeld(long reservation, boolean held) {}

    record Paid(long reservation, boolean confirmed) {}

    record HoldSeats(long reservation, long show, int seats) {}

    record ReleaseSeats(long reservation, long show, int seats) {}

    record PaymentOrder(long reservation, long user) {}

    record Notice(long user, @Length(60) String text) {}

    record OpsAlert(long sequence, @Length(400) String text) {}

    static final Output<OpsAlert> OPS = Output.of("ops", OpsAlert.class);
    static final Input<Requested> REQUESTS =
            Input.of("requests", Requested.class).eventTime(Requested::timeMs, MILLISECONDS);
    static final Input<SeatsHeld> SEAT_REPLIES = Input.of("seat-replies", SeatsHeld.class);
    static final Input<Paid> PAYMENT_REPLIES = Input.of("payment-replies", Paid.class);
    static final Output<HoldSeats> HOLDS = Output.of("holds", HoldSeats.class);
    static final Output<ReleaseSeats> RELEASES = Output.of("releases", ReleaseSeats.class);
    static final Output<PaymentOrder> PAYMENT_ORDERS = Output.of("payment-orders", PaymentOrder.class);
    static final Output<Notice> NOTICES = Output.of("notices", Notice.class);

    static class Reservation extends KeyedProcess {
        final EnumState<Status> status = enumState("status", Status.class, Status.NEW);
        final Kept<Requested> request = keeps("request", EventType.of(Requested.class));
        final Timer paymentDue = timer("payment-due", this::giveBack);
        final Emit<HoldSeats> holds = emits("holds", HoldSeats.class);
        final Emit<ReleaseSeats> releases = emits("releases", ReleaseSeats.class);
        final Emit<PaymentOrder> orders = emits("orders", PaymentOrder.class);
        final Emit<Notice> notices = emits("notices", Notice.class);

        Reservation(On<Requested> requests, On<SeatsHeld> seats, On<Paid> payments) {
            on(requests, this::requested);
            on(seats, this::seatsAnswered);
            on(payments, this::paymentAnswered);
        }

        void requested(Requested r) {
            if (request.isPresent()) {
                return; // the same request twice changes nothing
            }
            request.set(r);
            holds.emit(new HoldSeats(key(), r.show(), r.seats()));
        }

        void seatsAnswered(SeatsHeld s) {
            if (!s.held()) {
                notices.emit(new Notice(request.get().user(), "sold out"));
                forget();
                return;
            }
            status.set(Status.HELD);
            orders.emit(new PaymentOrder(key(), request.get().user()));
            paymentDue.in(Duration.ofMinutes(15));
        }

        void paymentAnswered(Paid p) {
            if (!status.is(Status.HELD)) {
                return; // too late: the seats are gone
            }
            paymentDue.cancel();
            if (!p.confirmed()) {
                giveBack();
                return;
            }
            status.set(Status.ACQUIRED);
            notices.emit(new Notice(request.get().user(), "your tickets are here"));
        }

        void giveBack() {
            Requested r = request.get();
            status.set(Status.RELEASED);
            releases.emit(new ReleaseSeats(key(), r.show(), r.seats()));
            notices.emit(new Notice(r.user(), "reservation given back"));
        }
    }

    static Topology topology() {
        return Millrace.topology("tickets", t -> {
            var requests = t.from(REQUESTS).keyBy(Requested::reservation);
            var seats = t.from(SEAT_REPLIES).keyBy(SeatsHeld::reservation);
            var payments = t.from(PAYMENT_REPLIES).keyBy(Paid::reservation);
            var saga = requests.process("reservation", Duration.ofDays(1), seats, payments, Reservation::new);
            saga.out(r -> r.holds).to(HOLDS);
            saga.out(r -> r.releases).to(RELEASES);
            saga.out(r -> r.orders).to(PAYMENT_ORDERS);
            saga.out(r -> r.notices).to(NOTICES);
            requests.defer("reminder", Duration.ofDays(7)).to(NOTICES, r -> new Notice(r.user(), "how was it?"));
            t.deadLetters().to(OPS, d -> new OpsAlert(d.sequence(), d.node() + ": " + d.cause()));
        });
    }

    private final TestDriver driver = TestDriver.of(topology());

    private List<String> notices() {
        return driver.take(NOTICES).stream().map(Notice::text).toList();
    }

    private void request(long reservation, long timeMs) {
        driver.send(REQUESTS, new Requested(reservation, 77, 2, 9, timeMs));
    }

    @Test
    void shouldHoldThenOrderThePaymentThenDeliver() {
        request(1, 0);
        assertEquals(List.of(new HoldSeats(1, 77, 2)), driver.take(HOLDS));
        driver.send(SEAT_REPLIES, new SeatsHeld(1, true));
        assertEquals(List.of(new PaymentOrder(1, 9)), driver.take(PAYMENT_ORDERS));
        driver.send(PAYMENT_REPLIES, new Paid(1, true)).advance(Duration.ofHours(1));
        assertEquals(List.of("your tickets are here"), notices());
        assertEquals(List.of(), driver.take(RELEASES));
        driver.advance(Duration.ofDays(7));
        assertEquals(List.of("how was it?"), notices());
    }

    @Test
    void shouldGiveBackWhenThePaymentDoesNotCome() {
        request(1, 0);
        driver.send(SEAT_REPLIES, new SeatsHeld(1, true))
                .advance(Duration.ofMinutes(15).minusNanos(1));
        assertEquals(List.of(), driver.take(RELEASES));
        driver.advance(Duration.ofNanos(1));
        assertEquals(List.of(new ReleaseSeats(1, 77, 2)), driver.take(RELEASES), "the compensation");
        assertEquals(List.of("reservation given back"), notices());
    }

    @Test
    void shouldIgnoreAPaymentThatComesTooLate() {
        request(1, 0);
        driver.send(SEAT_REPLIES, new SeatsHeld(1, true));
        request(2, 15 * MINUTE);
        assertEquals(1, driver.take(RELEASES).size());
        notices();
        driver.send(PAYMENT_REPLIES, new Paid(1, true));
        assertEquals(List.of(), notices());
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldGiveBackAtOnceWhenThePaymentIsRefused() {
        request(1, 0);
        driver.send(SEAT_REPLIES, new SeatsHeld(1, true)).send(PAYMENT_REPLIES, new Paid(1, false));
        assertEquals(List.of(new ReleaseSeats(1, 77, 2)), driver.take(RELEASES));
        driver.advance(Duration.ofHours(1));
        assertEquals(List.of(), driver.take(RELEASES), "the timer was cancelled");
    }

    @Test
    void shouldChangeNothingWhenTheSameRequestComesTwice() {
        request(1, 0);
        request(1, 1);
        assertEquals(1, driver.take(HOLDS).size());
    }

    @Test
    void shouldForgetAReservationThatGetsNoSeats() {
        request(1, 0);
        driver.send(SEAT_REPLIES, new SeatsHeld(1, false));
        assertEquals(List.of("sold out"), notices());
        assertEquals(0, driver.counters("reservation").keys);
        request(1, 1);
        assertEquals(2, driver.take(HOLDS).size(), "it may be asked again");
    }

    @Test
    void shouldReportAReplyToNothing() {
        request(1, 0);
        driver.send(SEAT_REPLIES, new SeatsHeld(5, true));
        assertEquals(1, driver.deadLetters().size());
        assertTrue(driver.deadLetters().get(0).cause().contains("NullPointerException"));
        assertEquals(1, driver.counters("reservation").keys, "and no state is left of it");
        OpsAlert alert = driver.take(OPS).get(0);
        assertEquals(1, alert.sequence());
        assertTrue(alert.text().startsWith("reservation: java.lang.NullPointerException"), alert.text());
    }
}
