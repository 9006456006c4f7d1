package io.millrace.operators.order;

import io.millrace.event.Reason;
import io.millrace.operators.order.OracleNode.Item;
import io.millrace.operators.order.OracleNode.Outs;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/** What {@link Words} mean, written down plainly: an item in, items out; something due, items out. */
interface Keeper {
    /**
     * So much of what is due of the key of an event a deferring word sends before it takes the event: in a step for time too, by the
     * progress before that step, and in a section without waiting for the turn of the shard.
     */
    int OWN_FIRST = 2;

    /** Takes an item by one of the inputs. */
    void take(int input, Item item, long progressNs, Outs out);

    default long nextDueNs() {
        return Long.MAX_VALUE;
    }

    /** Whether something due was left when the item taken last had let go first of its key: if all that was due went, none is behind. */
    default boolean isLeft() {
        return true;
    }

    /** How many firings the item taken last makes due, at once or later. */
    default int made() {
        return 1;
    }

    /** Fires what has the smallest due. */
    default Item fire() {
        throw new IllegalStateException("nothing is due");
    }

    /** The same, where nothing may come of it. */
    default void fireInto(Outs out) {
        out.add(fire());
    }

    /** An entry begins, or a further step of it. */
    default void begin(long q) {}

    /** What comes out on the side in the step in hand. */
    default List<Item> side() {
        return List.of();
    }

    /** At which time it holds what it forwards, whatever is due. */
    default long holdsAtNs() {
        return Long.MAX_VALUE;
    }

    static Keeper lookUp() {
        return lookUp(Bound.NONE);
    }

    /** At its bound the row that was set longest ago goes, or a new one is refused. */
    static Keeper lookUp(Bound bound) {
        Map<Long, Long> rows = new LinkedHashMap<>();
        return (input, i, progressNs, out) -> {
            long key = Words.key(i.id());
            if (input == 0) {
                out.add(i.child(i.id() * 5 + rows.getOrDefault(key, 7L), i.tag()));
            } else if (i.id() % 5 == 0) {
                rows.remove(key);
            } else if (bound.hasRoom(rows, key)) {
                rows.remove(key);
                rows.put(key, i.id());
            } else {
                out.refuse(Reason.OVER_BOUND, i.fired());
            }
        };
    }

    /** The first of each key, or the first so many, for ever; a dedupe refuses what is late. */
    static Keeper firsts(int most, boolean refusesLate, Bound bound) {
        Map<Long, Long> passed = new LinkedHashMap<>();
        return new Keeper() {
            @Override
            public void take(int input, Item i, long progressNs, Outs out) {
                long key = Words.key(i.id());
                if (refusesLate && i.stampNs() < progressNs) {
                    out.refuse(Reason.LATE, i.fired());
                } else if (!bound.hasRoom(passed, key)) {
                    out.refuse(Reason.OVER_BOUND, i.fired());
                } else if (passed.getOrDefault(key, 0L) < most) {
                    long before = passed.getOrDefault(key, 0L);
                    passed.remove(key);
                    passed.put(key, before + 1);
                    out.add(i.child(i.id(), i.tag()));
                } else if (refusesLate) {
                    out.refuse(Reason.DUPLICATE, i.fired());
                }
            }

            @Override
            public long nextDueNs() {
                return passed.isEmpty() ? Long.MAX_VALUE : Progress.END;
            }

            @Override
            public void fireInto(Outs out) {
                passed.clear();
            }
        };
    }

    /** How many keys there may be, none being 0, and what goes then. */
    record Bound(int keysAtMost, boolean evicts) {
        static final Bound NONE = new Bound(0, false);

        /** Makes it, of what is in the order in which it was set; answers whether the key may stand. */
        boolean hasRoom(Map<Long, Long> keys, long key) {
            if (keysAtMost == 0 || keys.size() < keysAtMost || keys.containsKey(key)) {
                return true;
            }
            if (evicts) {
                keys.remove(keys.keySet().iterator().next());
            }
            return evicts;
        }
    }

    /** Both streams are refused when late; of one stream an event counts itself. */
    static Keeper lookBack(boolean twoStreams) {
        List<Item> kept = new ArrayList<>();
        return (input, i, progressNs, out) -> {
            if (i.stampNs() < progressNs) {
                out.refuse(Reason.LATE, i.fired());
                return;
            }
            if (!twoStreams || input == 1) {
                kept.add(i);
            }
            if (input == 0) {
                long cells = 0;
                long ids = 0;
                for (Item k : kept) {
                    boolean within = k.stampNs() <= i.stampNs() && k.stampNs() > i.stampNs() - Words.SPAN_NS;
                    if (within && Words.key(k.id()) == Words.key(i.id())) {
                        cells++;
                        ids += Math.floorMod(k.id(), 100);
                    }
                }
                out.add(i.child(i.id() * 3 + 101 * cells + ids, i.tag()));
            }
        };
    }

    static Keeper setting() {
        long[] plus = {5};
        return (input, i, progressNs, out) -> {
            if (input == 0) {
                out.add(i.child(i.id() + plus[0], i.tag()));
            } else {
                plus[0] = Math.floorMod(i.id(), 1000);
            }
        };
    }

    static Keeper process() {
        Map<Long, Long> sums = new HashMap<>();
        return (input, i, progressNs, out) -> {
            long key = Words.key(i.id());
            long sum = progressNs == Progress.END
                    ? 0
                    : sums.getOrDefault(key, 0L); // an idle key is forgotten, at the end at once
            sums.put(key, input == 0 ? sum + i.id() : i.id() - sum);
            if (input == 0 && i.id() % 3 != 0) {
                out.add(i.child(sums.get(key), i.tag()));
            }
        };
    }

    /** Lets an event pass that is as far as the horizon from all that have; of those it knows the two of the latest times. */
    static Keeper dedupe(long horizonNs) {
        Map<Long, TreeSet<Long>> passed = new HashMap<>();
        return (input, i, progressNs, out) -> {
            TreeSet<Long> known = passed.computeIfAbsent(Words.key(i.id()), k -> new TreeSet<>());
            boolean isKnown = known.stream().anyMatch(t -> Math.abs(t - i.stampNs()) < horizonNs);
            boolean isOld = known.size() == 2 && i.stampNs() < known.first();
            if (i.stampNs() >= progressNs && !isKnown && !isOld) {
                known.add(i.stampNs());
                if (known.size() > 2) {
                    known.pollFirst();
                }
                out.add(i.child(i.id(), i.tag()));
            } else {
                out.refuse(i.stampNs() >= progressNs && isKnown ? Reason.DUPLICATE : Reason.LATE, i.fired());
            }
        };
    }

    /**
     * Lets so many events of a key pass in a time; what is behind counts as of now, and time does not go back. All keys are forgotten at
     * the end, behind which letters may still come.
     */
    static Keeper throttle(int most, long perNs) {
        Map<Long, List<Long>> passed = new HashMap<>();
        return new Keeper() {
            @Override
            public void take(int input, Item i, long progressNs, Outs out) {
                List<Long> times = passed.computeIfAbsent(Words.key(i.id()), k -> new ArrayList<>());
                long time = Math.max(i.stampNs(), progressNs == Progress.END ? Progress.NONE : progressNs);
                for (long t : times) {
                    time = Math.max(time, t);
                }
                long counted = time;
                if (times.stream().filter(t -> counted - t < perNs).count() < most) {
                    times.add(time);
                    out.add(i.child(i.id(), i.tag()));
                }
            }

            @Override
            public long nextDueNs() {
                return passed.isEmpty() ? Long.MAX_VALUE : Progress.END;
            }

            @Override
            public void fireInto(Outs out) {
                passed.clear();
            }
        };
    }

    static Keeper defer(long delayNs) {
        return new Keeper() {
            private final List<Item> held = new ArrayList<>();
            private boolean isLeft;

            @Override
            public void take(int input, Item i, long progressNs, Outs out) {
                boolean wasDue = nextDueNs() <= progressNs;
                for (int n = 0; n < OWN_FIRST; n++) {
                    Item own = first(k -> k == Words.key(i.id()));
                    if (own != null && own.stampNs() <= progressNs) {
                        held.remove(own);
                        out.add(own);
                    }
                }
                isLeft = !wasDue || nextDueNs() <= progressNs;
                held.add(i.at(Math.max(i.stampNs() + delayNs, progressNs)));
            }

            @Override
            public boolean isLeft() {
                return isLeft;
            }

            /** The first held of those that are due first. */
            private Item first(LongPredicate keys) {
                Item first = null;
                for (Item h : held) {
                    if (keys.test(Words.key(h.id())) && (first == null || h.stampNs() < first.stampNs())) {
                        first = h;
                    }
                }
                return first;
            }

            @Override
            public long nextDueNs() {
                return held.isEmpty() ? Long.MAX_VALUE : first(k -> true).stampNs();
            }

            @Override
            public Item fire() {
                Item first = first(k -> true);
                held.remove(first);
                return first;
            }
        };
    }
}
