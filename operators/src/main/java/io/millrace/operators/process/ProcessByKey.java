package io.millrace.operators.process;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.Stored;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.Pages;
import io.millrace.time.Times;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Calls handlers with the state of one key: for each event, and for each timer that is due. All that a handler sets,
 * keeps and emits becomes final together, when it returns. A handler that throws has changed nothing.
 *
 * <p><b>Timers</b> fire by (due time, order of setting), 64 in the time step of an entry. If its events make more due,
 * up to twice what they may: each of them every timer once. A firing that sets a timer for its own due time, after four
 * times as many such firings as there are timers, is dropped ({@code over-bound}): they would go on for ever.
 *
 * <p><b>Events.</b> What is due for the key of an event fires before it, at most as many as {@link #maxOutputs} allows
 * for. If more is due, the event waits until all has fired that was due when it came. It is refused
 * ({@code over-bound}) if there is no room for that, or if its input has no type. Events behind progress are processed
 * like any other; a handler can ask whether one is.
 *
 * <p><b>Updates.</b> An input takes inserts only unless its handler takes updates. What is emitted is an insert,
 * whatever the handler was called for.
 *
 * <p><b>Memory.</b> A key without pending timers is forgotten when {@code keepIdle} of event time has passed since its
 * last event or firing. An event that would make one key too many is refused; keys that are held stay exact.
 */
public final class ProcessByKey implements Operator<Object, Object> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), ProcessNode.class);
    static final int FIRINGS = 64;
    private static final int OWN_FIRINGS = 16;

    private final ProcessFactory factory;
    private final int inputs;
    private final long keepIdleNs;
    private final KeyInfo key;
    private final KeyState shape;

    private ProcessByKey(ProcessFactory factory, KeyState shape, int inputs, long keepIdleNs, KeyInfo key) {
        this.factory = factory;
        this.shape = shape;
        this.inputs = inputs;
        this.keepIdleNs = keepIdleNs;
        this.key = key;
    }

    /**
     * Makes a process.
     *
     * @param factory  makes the object with the handlers, once for each node
     * @param shape    one such object, to be read and thrown away
     * @param inputs   how many inputs there are
     * @param keepIdle how long a key to which nothing happens is kept
     * @param key      the key of the inputs; null if it is not known, and then it is a number
     * @return the operator
     */
    public static ProcessByKey of(ProcessFactory factory, KeyState shape, int inputs, Duration keepIdle, KeyInfo key) {
        long keepNs = Times.nanos(keepIdle);
        if (keepNs <= 0) {
            throw new IllegalArgumentException("process keeps an idle key for " + keepIdle + "; use a positive time");
        }
        if (!shape.isSealed()) {
            throw new IllegalArgumentException("process: its declaration is not sealed; call seal");
        }
        return new ProcessByKey(
                Objects.requireNonNull(factory, "factory"),
                shape,
                inputs,
                keepNs,
                key == null ? new KeyInfo("long", 0, 0, "") : key);
    }

    /** The state for a node, declared like the shape. */
    KeyState newState() {
        KeyState made = factory.make();
        if (!made.declared.fields().equals(shape.declared.fields())) {
            throw new IllegalStateException(
                    "process: its factory declares other fields each time, " + shape.declared.fields() + " and "
                            + made.declared.fields() + "; a factory must not depend on anything that changes");
        }
        made.keyParts(new KeyParts(key.kind(), key.isNumber()));
        return made;
    }

    List<EventType<?>> inputTypes(NodeContext context) {
        List<EventType<?>> types = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            types.add(context.inputType(i));
        }
        return types;
    }

    @Override
    public String word() {
        return "process";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    /** In version 1 no event waited; version 2 did not have how far timers lag behind. */
    @Override
    public int stateVersion() {
        return 3;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public List<String> ports() {
        List<String> names = new ArrayList<>();
        for (Outlet<?> o : shape.declared.outlets()) {
            names.add(o.name());
        }
        return names.isEmpty() ? List.of("out") : names;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputTypes) {
        return shape.declared.outlets().isEmpty()
                ? null
                : shape.declared.outlets().get(port).type();
    }

    @Override
    public int maxOutputs() {
        return (1 + ownFirings()) * shape.declared.outputsAtMost();
    }

    @Override
    public int maxFirings() {
        return FIRINGS;
    }

    /** Each timer once, whether it is the event that sets it or another timer, and in the end its key is looked after. */
    @Override
    public int firingsOfEvent(int input) {
        return shape.timers.count() + 1;
    }

    @Override
    public long outputsOfEvent(int input) {
        return (1L + shape.timers.count()) * shape.declared.outputsAtMost();
    }

    @Override
    public int maxOutputsPerFiring() {
        return shape.declared.outputsAtMost();
    }

    @Override
    public boolean takesUpdates(int input) {
        return shape.declared.takesUpdates(input);
    }

    /** What it emits is new. */
    @Override
    public boolean passesUpdates(int input) {
        return false;
    }

    @Override
    public String updatesCure(int input) {
        return "take them by onUpdates(input, (form, row) -> …) in place of on(..)";
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    @Override
    public boolean keepsEvents() {
        return keptFields() > 0;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public long bytesPerKey() {
        long longs = 1 + Stored.words(key.maxBytes()) + 1 + shape.columns();
        long bytes = longs * Long.BYTES + 2L * Long.BYTES + 5L * Long.BYTES * shape.timers.count() + 1;
        for (EventBlocks<?> k : shape.declared.kept()) {
            bytes += (long) k.perKey() * (k.longs() * Long.BYTES + 1);
        }
        return bytes;
    }

    /** Its calendar, and a page for each structure: rows, their index, the heap of timers, its cells, each kept field. */
    @Override
    public long leastStateBytes() {
        return 2L * ExpiryCalendar.BUCKETS_MAX * Long.BYTES + (4L + keptFields()) * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("keep idle", Duration.ofNanos(keepIdleNs).toString());
        all.put("emits at most", Integer.toString(shape.declared.outputsAtMost()));
        all.put("own firings at most", Integer.toString(ownFirings()));
        all.putAll(shape.declared.fields());
        return all;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputTypes) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            if (i >= shape.declared.handlers().size()
                    || shape.declared.handlers().get(i) == null) {
                problems.add("input " + i
                        + " of the process has no handler; call on(input, handler), or onUpdates, in its constructor");
            }
        }
        for (EventBlocks<?> k : shape.declared.kept()) {
            if (k.longs() > Pages.PAGE_LONGS - 1) {
                problems.add("a kept event has " + k.longs() * Long.BYTES + " bytes and may have "
                        + (Pages.PAGE_LONGS - 2) * Long.BYTES + "; shorten its text fields");
            }
        }
        if (shape.columns() > Pages.PAGE_LONGS / 2) {
            problems.add("the state of a key has " + shape.columns() * Long.BYTES + " bytes and may have "
                    + Pages.PAGE_LONGS / 2 * Long.BYTES + "; lower the bounds of its maps and texts");
        }
        return problems;
    }

    /** How many firings of its own key an event waits for. */
    int ownFirings() {
        return OWN_FIRINGS + shape.timers.count();
    }

    int keyBytes() {
        return key.maxBytes();
    }

    int keysAtMost() {
        return key.atMost();
    }

    long keepIdleNs() {
        return keepIdleNs;
    }

    int keptFields() {
        return shape.declared.kept().size();
    }
}
