package io.millrace.operators.order;

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
        MERGE,
        BUCKETS,
        WITH,
        SINK
    }

    /** An event with the chain of events that it came from, newest first: a with matches by identity. */
    record Item(long id, long timeNs, long tag, Item parent, int edge) {
        Item child(long newId, long newTag) {
            return new Item(newId, timeNs, newTag, this, 0);
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

    final Kind kind;
    final List<OracleNode> from;
    List<Item> out = new ArrayList<>();
    long progressNs = Long.MIN_VALUE;
    long forwardNs = Long.MIN_VALUE;
    private int number;
    private Buckets.State state;

    OracleNode(Kind kind, List<OracleNode> from) {
        this.kind = kind;
        this.from = from;
    }

    OracleNode number(int n) {
        number = n;
        return this;
    }

    OracleNode buckets(long sizeNs) {
        state = new Buckets.State(sizeNs);
        return this;
    }

    int number() {
        return number;
    }

    void take() {
        out = new ArrayList<>();
        if (kind == Kind.WITH) {
            match();
            return;
        }
        for (OracleNode f : from) {
            for (Item i : f.out) {
                take(i);
            }
        }
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
                }
            }
            case FLAT -> {
                for (int k = 0; k < Math.floorMod(i.id(), number + 1L); k++) {
                    out.add(i.child(i.id() * 7 + k, i.tag()));
                }
            }
            case BUCKETS -> state.add(progressNs, i.id(), i.timeNs(), i.tag());
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
        if (kind == Kind.SOURCE) {
            return;
        }
        long min = Long.MAX_VALUE;
        for (OracleNode f : from) {
            min = Math.min(min, f.forwardNs);
        }
        progressNs = Math.max(progressNs, min);
        if (state == null) {
            forwardNs = progressNs;
            return;
        }
        for (int n = 0; n < number && state.nextDueNs() <= progressNs; n++) {
            Buckets.Bucket b = state.smallest();
            state.open.remove(b);
            out.add(new Item(b.sum, b.endNs - 1, b.count, null, 0));
        }
        // what is left is stamped one nanosecond before its end, and must not be late further down
        forwardNs = state.nextDueNs() <= progressNs ? state.nextDueNs() - 1 : progressNs;
    }
}
