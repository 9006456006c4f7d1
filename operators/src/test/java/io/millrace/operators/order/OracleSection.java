package io.millrace.operators.order;

import io.millrace.operator.Shards;
import io.millrace.operators.order.OracleNode.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A section of parallel keys as it is defined: each shard has nodes of its own, evaluated list by list, one shard after the other.
 * In the time step of q the shard q mod 64 fires; in an event step a shard fires that something comes into, before that. What a word
 * fires of the key of an event before it takes the event is the word's own, and waits for no turn.
 */
final class OracleSection {
    /** Those that the few keys fall into, and one that nothing comes into, for all others. */
    static final int[] SHARDS = shards();

    private final List<OracleNode> outside = new ArrayList<>();
    private final List<OracleNode[]> entrances = new ArrayList<>();
    private final List<OracleNode[]> nodes = new ArrayList<>();

    private static int[] shards() {
        TreeSet<Integer> used = new TreeSet<>();
        for (int key = 0; key < Words.KEYS; key++) {
            used.add(Shards.of(key));
        }
        int idle = 0;
        while (used.contains(idle)) {
            idle++;
        }
        used.add(idle);
        return used.stream().mapToInt(i -> i).toArray();
    }

    OracleNode[] enter(OracleNode from) {
        OracleNode[] entrance = new OracleNode[SHARDS.length];
        for (int s = 0; s < entrance.length; s++) {
            entrance[s] = new OracleNode(OracleNode.Kind.ENTRANCE, List.of(from));
        }
        outside.add(from);
        entrances.add(entrance);
        return entrance;
    }

    void add(OracleNode[] node) {
        nodes.add(node);
        for (OracleNode ofShard : node) {
            ofShard.letters = node[0].letters;
        }
    }

    /** One of each node: letters are those of all shards, as they came. */
    List<OracleNode> oneOfEach() {
        return nodes.stream().map(n -> n[0]).toList();
    }

    void evaluate(long q, boolean timeStep) {
        for (int s = 0; s < SHARDS.length; s++) {
            List<List<Item>> entries = new ArrayList<>();
            boolean any = false;
            for (int e = 0; e < entrances.size(); e++) {
                entries.add(of(outside.get(e), SHARDS[s]));
                any |= !entries.get(e).isEmpty();
                entrances.get(e)[s].forwardNs = outside.get(e).forwardNs;
                entrances.get(e)[s].out = timeStep ? entries.get(e) : new ArrayList<>();
            }
            if (timeStep) {
                timeStep(s, q % Shards.COUNT == SHARDS[s]);
            } else if (any) {
                eventStep(s, entries);
            } else {
                for (OracleNode[] n : nodes) {
                    n[s].out = new ArrayList<>();
                }
            }
        }
    }

    private static List<Item> of(OracleNode from, int shard) {
        List<Item> result = new ArrayList<>();
        for (Item i : from.out) {
            if (Shards.of(Words.key(i.id())) == shard) {
                result.add(i.child(i.id(), i.tag()));
            }
        }
        return result;
    }

    private void timeStep(int s, boolean fires) {
        for (OracleNode[] n : nodes) {
            n[s].take();
            n[s].advanceAndFire(fires);
        }
    }

    private void eventStep(int s, List<List<Item>> entries) {
        timeStep(s, true);
        List<List<Item>> fired = new ArrayList<>();
        nodes.forEach(n -> fired.add(n[s].out));
        for (int e = 0; e < entries.size(); e++) {
            entrances.get(e)[s].out = entries.get(e);
        }
        nodes.forEach(n -> n[s].take());
        for (int n = 0; n < nodes.size(); n++) {
            fired.get(n).addAll(nodes.get(n)[s].out);
            nodes.get(n)[s].out = fired.get(n);
        }
    }
}
