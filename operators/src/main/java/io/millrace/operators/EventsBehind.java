package io.millrace.operators;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Reason;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.KeyHash;
import io.millrace.operator.NodeContext;
import io.millrace.state.Blocks;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateCounters;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.util.Arrays;
import java.util.List;

/**
 * Events of a node that wait because more is due of their keys than fires before an event, in the order in which they
 * came. Each has the time at which the node stood when it came. The event is judged by that time, which also holds the
 * progress of the node back. When everything that was due at that time has fired, of whatever key, the node takes the
 * first waiting event; nothing that is due later fires before. So an event finds what it would have found if all had
 * fired at once.
 *
 * <p>If an event of a key waits, later events of that key wait after it. Keys are told apart by some bits of a hash
 * only. So an event of another key may wait without need, which changes no result; where it cannot wait, it goes ahead.
 *
 * <p>As many events wait as the state budget has room for, and none of that is taken before the first waits. At start
 * it takes four kilobytes of counts, room to lay out one event and its key, and tables of the pages that the budget
 * could hold. It belongs to one node and one thread, and allocates nothing.
 */
public final class EventsBehind implements Saved {
    /** Of an event that was taken when nothing was due any more at the time of its coming, and was not taken then. */
    public static final String CANNOT_BE =
            "something is due of its key before an event that has waited for all of that, which cannot be";

    /*
     * Block: | the next block of the event + 1 | longs of the event … |
     * Event: | first block of the next event + 1 | where time stood | time | sequence | header | window | input and form | marks of with … |
     *        | key | length of its bytes, -1 for a number | its bytes … | length of the value, -1 for none | its bytes … |
     */
    private static final int BLOCK = 32;
    private static final int NEXT = 0;
    private static final int CAME = 1;
    private static final int TIME = 2;
    private static final int SEQUENCE = 3;
    private static final int HEADER = 4;
    private static final int WINDOW = 5;
    private static final int INPUT_AND_FORM = 6;
    private static final int MARKS = 7;
    private static final int KEY = MARKS + Flow.MAX_ORIGINS;
    private static final int KEY_LENGTH = KEY + 1;
    private static final int KEY_BYTES = KEY_LENGTH + 1;

    private static final int NONE = -1;
    private static final int ABSENT = -1;
    private static final int TOMBSTONE = 1 << 8;
    private static final int FORMS = 0xff;
    private static final int INPUT_SHIFT = 16;
    private static final int BUCKET_BITS = 10;
    private static final EntryForm[] FORM = EntryForm.values();

    private final EventType<Object>[] types;
    private final EventView<Object>[] views;
    private final String layouts;
    private final Blocks blocks;
    private final HeldHeaders headers;
    private final Failures failures;
    private final long seed;

    @Scratch("of the event in hand")
    private final long[] longs;

    @Scratch("of the event in hand")
    private final byte[] bytes;

    @Scratch("of the event in hand")
    private final byte[] key;

    /** How many wait, by the hash of their keys. */
    @Scratch("counted again when they are taken back")
    private final int[] waiting = new int[1 << BUCKET_BITS];

    private int first = NONE;
    private int last = NONE;
    private int count;

    @Scratch("of the first that waits")
    private long firstNs = Long.MAX_VALUE;

    /**
     * Makes one in which no event waits.
     *
     * @param context  the context of the node
     * @param types    the types of its inputs; null for an input that is not typed, whose events cannot wait
     * @param keyBytes the longest key; 0 for numbers
     */
    @SuppressWarnings("unchecked")
    public EventsBehind(NodeContext context, List<EventType<?>> types, int keyBytes) {
        this.types = (EventType<Object>[]) types.toArray(new EventType<?>[0]);
        views = (EventView<Object>[]) new EventView<?>[this.types.length];
        int longest = 0;
        StringBuilder layout = new StringBuilder();
        for (int i = 0; i < views.length; i++) {
            EventType<Object> type = this.types[i];
            views[i] = type == null ? null : context.cutting(type.newView());
            longest = Math.max(longest, type == null ? 0 : type.maxLength());
            layout.append(type == null ? "none" : type.layout()).append('\n');
        }
        layouts = layout.toString();
        longs = new long[KEY_BYTES + Stored.words(keyBytes) + Stored.longs(longest)];
        bytes = new byte[Stored.words(longest) * Long.BYTES];
        key = new byte[Stored.words(keyBytes) * Long.BYTES];
        seed = context.hashSeed();
        blocks = new Blocks(context.budget(), BLOCK, 0);
        headers = new HeldHeaders(context.budget(), 0);
        failures = context.failures();
        context.keeps(this);
    }

    /** Blocks and headers save themselves. */
    @Override
    public void save(StateWriter to) {
        to.putText(count == 0 ? "" : layouts);
        to.putInt(count);
        to.putInt(first);
        to.putInt(last);
    }

    @Override
    public void load(StateReader from) {
        String were = from.getText();
        count = from.getInt("a number of events that wait", Integer.MAX_VALUE);
        first = from.getInt();
        last = from.getInt();
        if (count > 0 && !were.equals(layouts)) {
            throw from.refused(
                    count + " events wait in it that were laid out otherwise, as " + were.strip()
                            + "; take another snapshot when none waits, say startEmpty in the migration, or replay the log from its beginning");
        }
        Arrays.fill(waiting, 0);
        int id = first;
        for (int i = 0; i < count; i++) {
            read(id, KEY_BYTES + key.length / Long.BYTES);
            waiting[bucket()]++;
            id = (int) longs[NEXT] - 1;
        }
        lookAtFirst();
    }

    // ---- what waits

    /**
     * Whether no event waits.
     *
     * @return true almost always
     */
    public boolean isEmpty() {
        return count == 0;
    }

    /**
     * The time at which the node stood when the first waiting event came: nothing that is due later fires before that
     * event.
     *
     * @return nanoseconds since the epoch; {@link Long#MAX_VALUE} if none waits
     */
    public long firstNs() {
        return firstNs;
    }

    /**
     * Whether the current event must wait because another one of its key does.
     *
     * @param flow the event
     * @return true also for some keys of which none waits, while others do
     */
    public boolean isBehind(Flow flow) {
        return count > 0 && waiting[bucket(flow)] > 0;
    }

    /**
     * Whether an event of the very key in hand waits. Looks at those that do one by one, so it is asked for what cannot wait only.
     *
     * @param flow carries the key
     * @return the same for each engine
     */
    boolean isKeyBehind(Flow flow) {
        boolean isFound = false;
        for (int id = first; id != NONE && !isFound; id = (int) blocks.get(id, 1 + NEXT) - 1) {
            isFound = isOf(id, flow);
        }
        return isFound;
    }

    private boolean isOf(int id, Flow flow) {
        int length = flow.keyBytes() == null ? ABSENT : flow.keyLength();
        if (blocks.get(id, 1 + KEY_LENGTH) != length) {
            return false;
        }
        if (length == ABSENT) {
            return blocks.get(id, 1 + KEY) == flow.key();
        }
        read(id, KEY_BYTES + Stored.words(length));
        Stored.read(longs, KEY_LENGTH, key, 0);
        return Arrays.equals(key, 0, length, flow.keyBytes(), 0, length);
    }

    /**
     * Lets the current event wait. An event that must wait and cannot becomes a dead letter.
     *
     * @param flow      the event
     * @param input     the input by which it came
     * @param nowNs     the time at which the node stands
     * @param hasTo     whether more is due of its key than fires before it; otherwise it only has to wait after another
     *     event of its key
     * @param noRoom    the detail of the letter if there is no room
     * @param isUntyped the detail of the letter if the type is not known
     * @return false, and nothing has changed, if the event cannot wait and need not: it goes the way of one that is not
     *     {@link #isBehind behind}
     */
    public boolean holdOrRefuse(Flow flow, int input, long nowNs, boolean hasTo, String noRoom, String isUntyped) {
        try {
            if (hold(flow, input, nowNs)) {
                return true;
            }
        } catch (Throwable t) {
            if (t instanceof VirtualMachineError || hasTo || isKeyBehind(flow)) {
                failures.operatorError(flow, t);
                return true;
            }
            return false;
        }
        if (hasTo || isKeyBehind(flow)) {
            failures.refuse(flow, Reason.OVER_BOUND, types[input] == null ? isUntyped : noRoom);
            return true;
        }
        return false;
    }

    /**
     * Has the event in hand wait.
     *
     * @param flow  the event
     * @param input by which it came
     * @param nowNs where time stands
     * @return false when it cannot: there is no room, or its type is not known; nothing has changed then
     */
    boolean hold(Flow flow, int input, long nowNs) {
        if (types[input] == null) {
            return false;
        }
        int length = lay(flow, input, nowNs); // may throw, as a layout does that refuses a value
        long header = headers.keep(flow);
        if (header == HeldHeaders.NO_ROOM) {
            return false;
        }
        longs[HEADER] = header;
        int id = write(length);
        if (id == NONE) {
            headers.drop(header);
            return false;
        }
        if (last == NONE) {
            first = id;
            firstNs = nowNs;
        } else {
            blocks.set(last, 1 + NEXT, id + 1L);
        }
        last = id;
        count++;
        waiting[bucket(flow)]++;
        return true;
    }

    /** Lays the event in hand out; answers how many longs it takes. */
    private int lay(Flow flow, int input, long nowNs) {
        longs[NEXT] = 0;
        longs[CAME] = nowNs;
        longs[TIME] = flow.timeNs();
        longs[SEQUENCE] = flow.eventSequence();
        longs[WINDOW] = flow.windowNs();
        longs[INPUT_AND_FORM] = (long) input << INPUT_SHIFT
                | (flow.isTombstone() ? TOMBSTONE : 0)
                | flow.form().ordinal();
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            longs[MARKS + i] = flow.origin(i);
        }
        longs[KEY] = flow.key();
        int at = KEY_BYTES;
        longs[KEY_LENGTH] = flow.keyBytes() == null ? ABSENT : flow.keyLength();
        if (flow.keyBytes() != null) {
            System.arraycopy(flow.keyBytes(), 0, key, 0, flow.keyLength());
            Stored.write(longs, KEY_LENGTH, key, flow.keyLength());
            at += Stored.words(flow.keyLength());
        }
        if (flow.value() == null) {
            longs[at] = ABSENT;
            return at + 1;
        }
        int length = Held.copyValue(flow, types[input], bytes, 0);
        Stored.write(longs, at, bytes, length);
        return at + Stored.longs(length);
    }

    /** Writes what is laid out into blocks; answers the first of them. */
    private int write(int length) {
        int head = NONE;
        int before = NONE;
        for (int from = 0; from < length; from += BLOCK - 1) {
            int id = blocks.take();
            if (id < 0) {
                free(head);
                return NONE;
            }
            System.arraycopy(longs, from, blocks.writable(id), blocks.base(id) + 1, Math.min(BLOCK - 1, length - from));
            if (before == NONE) {
                head = id;
            } else {
                blocks.set(before, 0, id + 1L);
            }
            before = id;
        }
        return head;
    }

    private void free(int head) {
        int id = head;
        while (id != NONE) {
            int next = (int) blocks.get(id, 0) - 1;
            blocks.free(id);
            id = next;
        }
    }

    /** Reads an event, so many longs of it at least. */
    private void read(int head, int most) {
        int at = 0;
        for (int id = head; id != NONE && at < most; id = (int) blocks.get(id, 0) - 1) {
            int length = Math.min(BLOCK - 1, longs.length - at);
            System.arraycopy(blocks.page(id), blocks.base(id) + 1, longs, at, length);
            at += length;
        }
    }

    /**
     * Makes the first waiting event the current one, as one that was held back, and takes it off the list.
     *
     * @param flow   gets the event
     * @param firing the firing of the node
     * @return the time at which the node stood when the event came
     */
    public long take(Flow flow, Firing firing) {
        read(first, longs.length);
        int taken = first;
        waiting[bucket()]--;
        count--;
        first = (int) longs[NEXT] - 1;
        last = first == NONE ? NONE : last;
        int at = putKey(flow);
        flow.fires(firing, longs[TIME]);
        headers.release(longs[HEADER], longs[SEQUENCE], firing);
        int kind = (int) longs[INPUT_AND_FORM];
        int input = kind >>> INPUT_SHIFT;
        if ((kind & TOMBSTONE) == 0) {
            flow.form(FORM[kind & FORMS]);
        } else {
            flow.tombstone();
        }
        flow.windowNs(longs[WINDOW]);
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            flow.origin(i, longs[MARKS + i]);
        }
        flow.input(input);
        flow.timeNs(longs[TIME]);
        putValue(at, input, flow);
        long cameNs = longs[CAME];
        free(taken);
        lookAtFirst();
        return cameNs;
    }

    private int putKey(Flow flow) {
        int length = (int) longs[KEY_LENGTH];
        if (length == ABSENT) {
            flow.key(longs[KEY]);
            return KEY_BYTES;
        }
        Stored.read(longs, KEY_LENGTH, key, 0);
        flow.key(KeyHash.of(seed, key, length), key, length);
        return KEY_BYTES + Stored.words(length);
    }

    private void putValue(int at, int input, Flow flow) {
        if (longs[at] == ABSENT) {
            flow.value(null);
            return;
        }
        int length = Stored.read(longs, at, bytes, 0);
        flow.value(views[input].wrap(bytes, 0, length), bytes, 0, length);
        if (types[input].hasCursor()) {
            flow.cursor(views[input]);
        }
    }

    private void lookAtFirst() {
        firstNs = first == NONE ? Long.MAX_VALUE : blocks.get(first, 1 + CAME);
    }

    /**
     * The counters of what is written.
     *
     * @return the counters of its blocks
     */
    public StateCounters[] counters() {
        return new StateCounters[] {blocks.counters(), headers.counters()};
    }

    // ---- keys, without a seed: which events wait is the same in each engine

    private static int bucket(Flow flow) {
        return flow.keyBytes() == null ? bucket(flow.key()) : bucket(flow.keyBytes(), flow.keyLength());
    }

    /** Of the event that was read last. */
    private int bucket() {
        if (longs[KEY_LENGTH] == ABSENT) {
            return bucket(longs[KEY]);
        }
        return bucket(key, Stored.read(longs, KEY_LENGTH, key, 0));
    }

    private static int bucket(byte[] of, int length) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + of[i];
        }
        return bucket(hash);
    }

    private static int bucket(long hash) {
        return (int) ((hash ^ hash >>> 32) * 0x9E37_79B9_7F4A_7C15L >>> Long.SIZE - BUCKET_BITS);
    }
}
