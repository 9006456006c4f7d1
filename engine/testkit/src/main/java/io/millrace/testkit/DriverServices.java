package io.millrace.testkit;

import io.millrace.event.LookupPort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Who answers requests in place of the test. What a service throws is held until all is answered that can be, so that one request loses no
 * other; the one that it was thrown at is left to the test.
 */
final class DriverServices {
    private final DriverPorts ports;
    private final Map<LookupPort<?, ?>, Service<?, ?>> services = new LinkedHashMap<>();
    private Throwable thrown;

    /** Where answers go. */
    interface Replies {
        /** An answer, or null for none. */
        <R> void reply(LookupPort<?, R> port, Asked<?> asked, R answer);
    }

    private record Service<Q, R>(LookupPort<Q, R> port, Function<? super Q, ? extends R> finds) {}

    DriverServices(DriverPorts ports) {
        this.ports = ports;
    }

    /** From now on; what was asked before is the test's. */
    <Q, R> void put(LookupPort<Q, R> port, Function<? super Q, ? extends R> finds) {
        ports.taken(port.requests()).leaveToTest();
        services.put(port, new Service<>(port, finds));
    }

    /** Goes on and answers what that asks for until nothing is asked; then throws what services have thrown. */
    void answerAll(Runnable goOn, Replies to) {
        try {
            do {
                goOn.run();
            } while (answerAsked(to));
        } catch (RuntimeException | Error e) { // it ends here, and what is held is not told any more
            hold(e, takeHeld());
            throw e;
        }
        Throwable held = takeHeld();
        if (held instanceof Error e) {
            throw e;
        }
        if (held != null) {
            throw (RuntimeException) held;
        }
    }

    /** Answers what has been asked, not what that asks for; says whether there was something. */
    private boolean answerAsked(Replies to) {
        boolean any = false;
        for (Service<?, ?> service : services.values()) {
            any |= answerAsked(service, to);
        }
        return any;
    }

    private <Q, R> boolean answerAsked(Service<Q, R> service, Replies to) {
        DriverPorts.Taken<Q> requests = ports.taken(service.port().requests());
        int asked = requests.forService();
        for (int i = 0; i < asked && requests.forService() > 0; i++) {
            DriverPorts.Arrived<Q> request = requests.poll();
            R answer;
            try {
                answer = service.finds().apply(request.event());
            } catch (RuntimeException | Error e) {
                requests.leaveToTest(request);
                if (thrown == null) {
                    thrown = e;
                } else {
                    hold(thrown, e);
                }
                continue;
            }
            to.reply(service.port(), Asked.of(request), answer);
        }
        return asked > 0;
    }

    private static void hold(Throwable by, Throwable next) {
        if (next != null && next != by) {
            by.addSuppressed(next);
        }
    }

    private Throwable takeHeld() {
        Throwable held = thrown;
        thrown = null;
        return held;
    }
}
