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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a test driver provides to a core: it copies what arrives. */
final class DriverPorts implements Ports {
    private final Topology topology;
    private final Consumer<KeptLetter> letters;
    private final Map<Output<?>, Taken<?>> outputs = new LinkedHashMap<>();

    DriverPorts(Topology topology, Consumer<KeptLetter> letters) {
        this.topology = topology;
        this.letters = letters;
        for (Output<?> o : topology.outputs()) {
            outputs.put(o, new Taken<>(o.type()));
        }
    }

    /** An output and what arrived there. */
    static final class Taken<V> implements SinkPort {
        private final EventType<V> type;
        private final EventView<V> valueView;
        private final List<V> events = new ArrayList<>();
        private final List<OutputMeta> metas = new ArrayList<>();

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
            events.add(view.wrap(bytes, 0, length));
            metas.add(OutputMeta.copyOf(flow));
        }

        List<V> take() {
            List<V> result = List.copyOf(events);
            events.clear();
            metas.clear();
            return result;
        }

        List<Meta> metas() {
            return List.copyOf(metas);
        }
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
        return input.timeMeaning() == TimeMeaning.LIVE;
    }
}
