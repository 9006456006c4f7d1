package io.millrace.testkit;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.TimeMeaning;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.KeptLetter;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What a test driver provides to a core: it copies what arrives, and knows which inputs are live. */
final class DriverPorts implements Ports {
    private final Topology topology;
    private final Consumer<KeptLetter> letters;
    private final Map<Output<?>, Taken<?>> outputs = new LinkedHashMap<>();

    /** Those that leave it open, and that the test has said it of. */
    private final Set<Input<?>> live = new HashSet<>();

    DriverPorts(Topology topology, Consumer<KeptLetter> letters) {
        this.topology = topology;
        this.letters = letters;
        for (Output<?> o : topology.outputs()) {
            outputs.put(o, new Taken<>(o.type()));
        }
    }

    /** Ports of nobody yet, with the same inputs live. */
    DriverPorts alike(Consumer<KeptLetter> to) {
        DriverPorts ports = new DriverPorts(topology, to);
        ports.live.addAll(live);
        return ports;
    }

    /** Takes inputs for live, before the first entry. */
    void live(long evaluated, Input<?>... inputs) {
        if (evaluated > 0) {
            throw new IllegalStateException("live(..) behind " + evaluated
                    + " entries; say it before the first, and of a snapshot where it is restored");
        }
        for (Input<?> input : inputs) {
            requireMayBeLive(input);
        }
        live.addAll(List.of(inputs));
    }

    private void requireMayBeLive(Input<?> input) {
        if (!topology.inputs().contains(input)) {
            throw new IllegalArgumentException("input " + input.name() + " is not one of " + topology.inputs()
                    + "; use the same constant as in the topology");
        }
        if (!input.hasEventTime() || input.timeMeaning() == TimeMeaning.HISTORIC) {
            throw new IllegalArgumentException("input " + input.name()
                    + (input.hasEventTime() ? " says historic(), which no host changes" : " has no event time")
                    + "; leave it out of live(..)");
        }
    }

    /** An event and what travelled beside it. */
    record Arrived<V>(V event, OutputMeta meta) {}

    /** An output and what arrived there. */
    static final class Taken<V> implements SinkPort {
        private final EventType<V> type;
        private final EventView<V> valueView;
        private final List<Arrived<V>> arrived = new ArrayList<>();

        /** So many of the oldest are requests that are left to the test, whatever service there is. */
        private int leftToTest;

        Taken(EventType<V> type) {
            this.type = type;
            this.valueView = type.isValue() ? type.newView() : null;
        }

        @Override
        public void accept(Flow flow) {
            byte[] bytes = new byte[type.maxLength()];
            int length = Held.copyValue(flow, type, bytes, 0);
            // a flyweight that is kept needs a view of its own
            EventView<V> view = valueView != null ? valueView : type.newView();
            arrived.add(new Arrived<>(view.wrap(bytes, 0, length), OutputMeta.copyOf(flow)));
        }

        List<Arrived<V>> takeArrived() {
            List<Arrived<V>> result = List.copyOf(arrived);
            arrived.clear();
            leftToTest = 0;
            return result;
        }

        List<V> take() {
            return takeArrived().stream().map(Arrived::event).toList();
        }

        List<Meta> metas() {
            return arrived.stream().<Meta>map(Arrived::meta).toList();
        }

        void leaveToTest() {
            leftToTest = arrived.size();
        }

        /** One that was polled. */
        void leaveToTest(Arrived<V> request) {
            arrived.add(leftToTest++, request);
        }

        /** How many may be polled. */
        int forService() {
            return arrived.size() - leftToTest;
        }

        Arrived<V> poll() {
            return arrived.remove(leftToTest);
        }

        /** As a dead letter shows an event. */
        private String firstText() {
            byte[] bytes = new byte[type.maxLength()];
            int length = type.encode(arrived.get(0).event(), bytes, 0);
            return type.text(bytes, 0, length);
        }
    }

    /** What stands at outputs, in words. */
    List<String> untaken() {
        List<String> words = new ArrayList<>();
        outputs.forEach((output, taken) -> {
            int n = taken.arrived.size();
            if (n > 0) {
                words.add("output " + output.name() + ": " + n + (n == 1 ? " event, " : " events, the first ")
                        + taken.firstText());
            }
        });
        return words;
    }

    @SuppressWarnings("unchecked") // put with its output
    <V> Taken<V> taken(Output<V> output) {
        Taken<V> taken = (Taken<V>) outputs.get(output);
        if (taken == null) {
            throw new IllegalArgumentException("output " + output.name() + " is not one of " + topology.outputs()
                    + "; use the same constant as in the topology");
        }
        return taken;
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return outputs.get(output);
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return new DeadLetterPort() {
            @Override
            public void letter(long q, int node, Reason reason, String detail, Throwable cause, byte[] in, int at) {
                letters.accept(kept(q, node, reason, detail, cause, in, at));
            }

            @Override
            public void firing(long q, int node, Reason reason, String detail, Throwable cause, Firing firing) {
                KeptLetter letter = kept(q, node, reason, detail, cause, null, 0);
                letter.firing(firing);
                letters.accept(letter);
            }

            @Override
            public void result(Flow flow, int node, Reason reason, String detail, Throwable cause, long dueNs) {
                KeptLetter letter = kept(flow.sequence(), node, reason, detail, cause, null, 0);
                if (flow.firing() != null) {
                    letter.firing(flow.firing());
                }
                letter.result(flow, dueNs);
                letters.accept(letter);
            }

            private KeptLetter kept(
                    long q, int node, Reason reason, String detail, Throwable cause, byte[] in, int at) {
                KeptLetter letter = new KeptLetter(topology, 0);
                letter.fill(q, node, reason, detail, cause, in, at);
                return letter;
            }
        };
    }

    @Override
    public boolean isLive(Input<?> input) {
        return input.timeMeaning() == TimeMeaning.LIVE || live.contains(input);
    }
}
