package io.millrace.operators.order;

import io.millrace.event.Reason;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of the oracle: takes the whole list of what its inputs gave in a step, input after input, and gives a whole list. This
 * is the definition of the canonical order, without any of the engine's ways of getting there.
 */
final class OracleNode {
    enum Kind {
        SOURCE,
        FILTER,
        MAP,
        FLAT,
        KEEP_KEY,
        FLAT_KEEP_KEY,
        REKEY,
        MERGE,
        BUCKETS,
        KEEPS,
        SIDE,
        LETTERS,
        WITH,
        SECTION,
        ENTRANCE,
        SINK
    }

    /**
     * An event with the chain of events that it came from, newest first: a with matches by identity. The stamp is the event
     * time that travels beside it, which only a delay makes another one than its field. What fired has no entry that caused it.
     */
    record Item(long id, long timeNs, long tag, Item parent, long stampNs, boolean fired) {
        Item child(long newId, long newTag) {
            return new Item(newId, timeNs, newTag, this, stampNs, fired);
        }

        /** The same as something new in time: it answers nobody any more. */
        Item at(long newStampNs) {
            return new Item(id, timeNs, tag, null, newStampNs, true);
        }

        boolean comesFrom(Item base) {
            for (Item i = this; i != null; i = i.parent) {
                if (i == base) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Why something was refused, and whether what fired was. */
    record Letter(Reason reason, boolean fired) {}

    /** Where items go, and what is refused. */
    record Outs(List<Item> items, List<Letter> letters) {
        void add(Item i) {
            items.add(i);
        }

        void refuse(Reason reason, boolean fired) {
            letters.add(new Letter(reason, fired));
        }
    }

    final Kind kind;
    final List<OracleNode> from;

    /** Of the entry in hand; of all shards together where the node is one of a section. */
    List<Letter> letters = new ArrayList<>();

    /** Whether letters flow to it: what is refused there makes no further one. */
    final boolean isBelow;

    List<Item> out = new ArrayList<>();
    long progressNs = Long.MIN_VALUE;
    long forwardNs = Long.MIN_VALUE;
    private int number;
    private Buckets.State state;
    private Keeper keeper;
    private boolean isBehind;
    private long owed;
    OracleSection section;

    OracleNode(Kind kind, List<OracleNode> from) {
        this.kind = kind;
        this.from = from;
        isBelow = kind == Kind.LETTERS || from.stream().anyMatch(f -> f.isBelow);
    }

    OracleNode number(int n) {
        number = n;
        return this;
    }

    OracleNode buckets(long sizeNs) {
        state = new Buckets.State(sizeNs, false);
        return this;
    }

    OracleNode bucketsByKey(long sizeNs) {
        state = new Buckets.State(sizeNs, true);
        return this;
    }

    /** What keeps state, and how much it fires in a step. */
    static OracleNode keeps(Keeper keeper, int firings, OracleNode... from) {
        OracleNode node = new OracleNode(Kind.KEEPS, List.of(from)).number(firings);
        node.keeper = keeper;
        return node;
    }

    int number() {
        return number;
    }

    /** An entry begins, or a further step of it. */
    void begin(long q) {
        if (keeper != null) {
            keeper.begin(q);
        }
    }

    /** So many fire of it in a step at most, as the plan has it. */
    void firesAtMost(int firings) {
        number = firings;
    }

    void take() {
        out = new ArrayList<>();
        if (kind == Kind.WITH) {
            match();
            return;
        }
        if (kind == Kind.SIDE) {
            out.addAll(from.get(0).keeper.side());
            return;
        }
        for (int input = 0; input < from.size(); input++) {
            for (Item i : from.get(input).out) {
                if (keeper != null) {
                    keeper.take(input, i, progressNs, outs());
                    isBehind &= keeper.isLeft();
                    owed = isBehind ? owed + 2L * keeper.made() : 0;
                } else {
                    take(i);
                }
            }
        }
    }

    private Outs outs() {
        return new Outs(out, letters);
    }

    private void take(Item i) {
        switch (kind) {
            case FILTER -> {
                if (i.id() % number != 0) {
                    out.add(i.child(i.id(), i.tag()));
                }
            }
            case MAP -> {
                if ((i.id() + number) % 11 != 0) {
                    out.add(i.child(i.id() * 3 + number, i.tag() + 1));
                } else {
                    outs().refuse(Reason.OPERATOR_ERROR, i.fired());
                }
            }
            case KEEP_KEY -> {
                if ((i.id() + number) % 11 != 0) {
                    out.add(i.child(i.id() + (long) number * Words.KEYS, i.tag() + 1));
                } else {
                    outs().refuse(Reason.OPERATOR_ERROR, i.fired());
                }
            }
            case REKEY ->
                out.add(i.child(i.id() * Words.KEYS + Words.key(i.parent().id()), i.tag()));
            case FLAT_KEEP_KEY -> {
                for (int k = 0; k < Math.floorMod(i.id(), number + 1L); k++) {
                    out.add(i.child(i.id() + (long) k * Words.KEYS, i.tag()));
                }
            }
            case FLAT -> {
                for (int k = 0; k < Math.floorMod(i.id(), number + 1L); k++) {
                    out.add(i.child(i.id() * 7 + k, i.tag()));
                }
            }
            case BUCKETS -> {
                if (!state.add(progressNs, i.id(), i.timeNs(), i.tag())) {
                    outs().refuse(Reason.LATE, i.fired());
                }
            }
            default -> out.add(i.child(i.id(), i.tag()));
        }
    }

    private void match() {
        for (Item base : from.get(0).out) {
            long sum = base.id();
            boolean complete = true;
            for (int b = 1; b < from.size(); b++) {
                Item answer = null;
                for (Item i : from.get(b).out) {
                    if (i.comesFrom(base)) {
                        answer = i;
                    }
                }
                complete &= answer != null;
                sum = complete ? sum * 13 + answer.id() : 0;
            }
            if (complete) {
                out.add(base.child(sum, base.tag()));
            }
        }
    }

    void advanceAndFire() {
        advanceAndFire(true);
    }

    void advanceAndFire(boolean fires) {
        if (kind == Kind.SOURCE || kind == Kind.LETTERS || kind == Kind.ENTRANCE || kind == Kind.SECTION) {
            return;
        }
        long min = Long.MAX_VALUE;
        for (OracleNode f : from) {
            min = Math.min(min, f.forwardNs);
        }
        if (state == null && keeper == null) {
            // no time of its own: where what stands in front holds at less than before, those behind it hear of that
            forwardNs = min;
            return;
        }
        min = min == Long.MAX_VALUE ? ofAllSourcesNs() : min;
        progressNs = Math.max(progressNs, min);
        if (fires && nextDueNs() <= progressNs) {
            fireAll();
        }
        // what is left is stamped one nanosecond before its end, and must not be late further down
        long dueNs = nextDueNs();
        forwardNs = dueNs > progressNs ? progressNs : Math.max(dueNs, Progress.NONE + 1) - 1;
        forwardNs = keeper == null ? forwardNs : Math.min(forwardNs, keeper.holdsAtNs());
    }

    /** Below letters alone: all that they can come from. */
    private long ofAllSourcesNs() {
        OracleNode n = this;
        while (n.kind != Kind.LETTERS) {
            n = n.from.stream().filter(f -> f.isBelow).findFirst().orElseThrow();
        }
        return n.from.stream().mapToLong(s -> s.forwardNs).min().orElseThrow();
    }

    /** What keeps something fires 64, and more only while its events bring more. */
    private void fireAll() {
        long most = keeper == null || progressNs == Progress.END ? number : Math.min(number, Math.max(64, owed));
        int n = 0;
        while (n < most && nextDueNs() <= progressNs) {
            fire();
            n++;
        }
        isBehind = nextDueNs() <= progressNs;
        owed = isBehind ? Math.max(0, owed - n) : 0;
    }

    private long nextDueNs() {
        return state != null ? state.nextDueNs() : keeper != null ? keeper.nextDueNs() : Long.MAX_VALUE;
    }

    private void fire() {
        if (keeper != null) {
            keeper.fireInto(outs());
            return;
        }
        Buckets.Bucket b = state.smallest();
        state.open.remove(b);
        out.add(new Item(state.id(b), b.endNs - 1, b.count, null, b.endNs - 1, true));
    }
}
