package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;

import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/** A service of twenty lines, in a JVM of its own: see {@link ChildJvmTest}. */
final class TinyService {
    private TinyService() {}

    /** Prints what it saw, or fails. */
    public static void main(String[] args) throws Exception {
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        if (!flags.isEmpty()) {
            throw new AssertionError("started with flags: " + flags);
        }
        try {
            Class.forName("org.agrona.concurrent.UnsafeBuffer");
            throw new AssertionError("Agrona is on the class path");
        } catch (ClassNotFoundException e) {
            // as it should be
        }
        long[] got = {0};
        Engine engine = Engine.of(Trials.one(Agenda.buckets(3, 10)))
                .input(IN, new Trials.Counting(0, 100, true))
                .output(OUT, n -> got[0]++)
                .start();
        boolean ended = engine.awaitEnd(Duration.ofSeconds(50));
        engine.close();
        Inline inline = Engine.of(Trials.one(Agenda.buckets(3, 10)))
                .output(OUT, n -> got[0]++)
                .inline();
        inline.publish(IN, new Num(1, 5));
        inline.publish(IN, new Num(2, 10));
        System.out.println("java " + Runtime.version().feature() + " ended " + ended + " got " + got[0]);
    }
}
