package io.millrace.examples.failing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code examples/run failing}: a rule that throws, its dead letter, and the same payment redriven when the rule is mended. */
public final class FailingCommand implements Command {
    record Order(long id, @Length(3) String currency, long cents, long timeMs) {}

    record Converted(long id, long euroCents) {}

    static final Input<Order> ORDERS = Input.of("orders", Order.class).eventTime(Order::timeMs, MILLISECONDS);
    static final Output<Converted> CONVERTED = Output.of("converted", Converted.class);

    /** The command. */
    public FailingCommand() {}

    @Override
    public String name() {
        return "failing";
    }

    @Override
    public String summary() {
        return "a rule that throws: its dead letter, then the same order redriven";
    }

    /** The rule; whether it knows pounds stands outside the log here, as a deployment of a mended version would. */
    static Topology topology(AtomicBoolean knowsPounds) {
        return Millrace.topology(
                "converter",
                t -> t.from(ORDERS).to(CONVERTED, o -> new Converted(o.id(), toEuro(o, knowsPounds.get()))));
    }

    private static long toEuro(Order o, boolean knowsPounds) {
        if (o.currency().equals("EUR")) {
            return o.cents();
        }
        if (o.currency().equals("GBP") && knowsPounds) {
            return o.cents() * 117 / 100;
        }
        throw new IllegalArgumentException("no rate for " + o.currency());
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = new Options(name()).parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        AtomicBoolean knowsPounds = new AtomicBoolean();
        try (Engine engine = Engine.of(topology(knowsPounds))
                .output(CONVERTED, System.out::println)
                .start()) {
            var orders = engine.publisher(ORDERS);
            orders.publish(new Order(1, "EUR", 1_000, 0));
            orders.publish(new Order(2, "GBP", 2_000, 10));
            orders.publish(new Order(3, "EUR", 3_000, 20));
            engine.drain(Duration.ofSeconds(5));
            engine.deadLetters().last(10).forEach(letter -> System.out.println("dead letter " + letter));
            System.out.println("health " + engine.health().state());
            knowsPounds.set(true);
            String node = engine.deadLetters().last(1).get(0).node();
            long redriven = engine.deadLetters().redrive(node);
            engine.drain(Duration.ofSeconds(5)); // before printing: the receiver prints on the engine's thread
            System.out.println("redriven " + redriven);
        }
        return OK;
    }
}
