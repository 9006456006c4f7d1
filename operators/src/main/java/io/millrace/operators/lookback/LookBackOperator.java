package io.millrace.operators.lookback;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.aggregate.KeyParts;
import io.millrace.operators.aggregate.sketch.Sketches;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.Pages;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers each event with aggregates of the events of its key within spans of time before it. {@code LookBack} says
 * what a span holds, and what becomes of events out of order.
 *
 * <p><b>Late events.</b> An event below progress goes to the dead letters ({@code late}) and is not kept.
 *
 * <p><b>Bounds.</b> An event that would need a key or a block beyond the bound goes to the dead letters
 * ({@code over-bound}). Keys that are held stay exact.
 *
 * <p><b>Overflow.</b> An event goes to the dead letters ({@code out-of-range}), and is not kept, if a sum of longs
 * would not fit 64 bits: over one of its spans, in its step, or over the same span as it stands at the newest event of
 * its key.
 *
 * <p><b>Work</b> for an event is bounded whatever the size of the history: for each span some hundred slots at most, of
 * nodes of 32 slots (leaves of 128 where only totals run). An event frees about {@value #FREED_PER_EVENT} blocks of
 * dead history at most, and each firing about {@value #FREED_PER_FIRING}. There are four firings for each entry, more
 * if events bring more keys than that ({@link io.millrace.state.FiringPace}). The state of a key goes a 64th of the
 * longest span after nothing of it can be asked for any more, and then as events come.
 *
 * @param <T> the type of the events that get an answer
 * @param <H> the shape class
 */
public final class LookBackOperator<T, H> implements Operator<T, H> {
    /** Most firings for an entry; each looks after one key. */
    static final int FIRINGS = 64;

    /** Most blocks freed by a firing. */
    static final int FREED_PER_FIRING = 4;

    /** Most blocks freed by an event. */
    static final int FREED_PER_EVENT = 4;

    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), LookBackNode.class);

    final Supplier<H> shape;
    final Function<? super H, History> declared;
    final KeyInfo key;
    final boolean twoStreams;
    private final History sample;
    private final Layout layout;

    private LookBackOperator(
            Supplier<H> shape, Function<? super H, History> declared, KeyInfo key, boolean twoStreams) {
        this.shape = Objects.requireNonNull(shape, "history");
        this.declared = declared;
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        this.twoStreams = twoStreams;
        sample = declared.apply(Objects.requireNonNull(shape.get(), "history: the factory returned null"));
        layout = new Layout(sample, twoStreams);
    }

    /**
     * Makes a look-back over one stream.
     *
     * @param shape    makes the shape object; called once here and once for each node
     * @param declared reads what a shape object declares, and names it
     * @param key      the key of the stream; null for a number without a bound
     * @param <T>      the type of the events
     * @param <H>      the shape class
     * @return the operator
     */
    public static <T, H> LookBackOperator<T, H> of(
            Supplier<H> shape, Function<? super H, History> declared, KeyInfo key) {
        return new LookBackOperator<>(shape, declared, key, false);
    }

    /**
     * Makes a look-back of one stream over another of the same key: events of input 0 get an answer, events of input 1
     * are kept.
     *
     * @param shape    makes the shape object; called once here and once for each node
     * @param declared reads what a shape object declares, and names it
     * @param key      the key of the streams; null for a number without a bound
     * @param <T>      the type of the events that get an answer
     * @param <H>      the shape class
     * @return the operator
     */
    public static <T, H> LookBackOperator<T, H> twoStreams(
            Supplier<H> shape, Function<? super H, History> declared, KeyInfo key) {
        return new LookBackOperator<>(shape, declared, key, true);
    }

    /** What a node runs on. */
    NodeShape newShape(NodeContext context) {
        H object = shape.get();
        History history = declared.apply(object);
        history.twoStreams = twoStreams;
        history.cut = context.cutViews();
        Layout ofNode = new Layout(history, twoStreams);
        return new NodeShape(object, history, ofNode, new Keys(context, history, ofNode, key));
    }

    @Override
    public String word() {
        return "lookBack";
    }

    @Override
    public int stateVersion() {
        return Sketches.stateVersionOfEvents(sample.declared());
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return twoStreams ? 2 : 1;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return null; // a shape is moved over the state; it has no bytes of its own
    }

    @Override
    public Answers answers() {
        return Answers.EXACTLY_ONE;
    }

    @Override
    public int maxFirings() {
        return FIRINGS;
    }

    @Override
    public int maxOutputsPerFiring() {
        return 0; // firing frees what nobody can ask for any more
    }

    @Override
    public boolean keepsEvents() {
        return false;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public long bytesPerKey() {
        return (layout.rowLongs + 3L + (key.maxBytes() + 7) / 8) * Long.BYTES + layout.smallestBlockBytes();
    }

    /** A page of rows, two of blocks for each store, its calendar; a quarter of the whole may go to the index. */
    @Override
    public long leastStateBytes() {
        long calendar = 2L * ExpiryCalendar.BUCKETS_MAX * Long.BYTES;
        return ((1L + 2L * layout.stores.size()) * Pages.PAGE_BYTES + calendar) * 4 / 3;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < sample.spans.size(); i++) {
            SpanDeclaration span = sample.spans.get(i);
            settings.put(span.name == null ? "span " + (i + 1) : span.name, span.toString());
        }
        return settings;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        return KeyParts.problems(sample.declared(), key);
    }
}
