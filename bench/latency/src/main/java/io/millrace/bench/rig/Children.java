package io.millrace.bench.rig;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A JVM a system, all of them there at a time. */
public final class Children implements AutoCloseable {
    private final List<Child> children = new ArrayList<>();

    /**
     * Starts them, in the order of the systems.
     *
     * @param systems  their names
     * @param settings what they have in common
     */
    public Children(List<String> systems, Child.Settings settings) throws IOException {
        try {
            for (String system : systems) {
                children.add(new Child(system, settings));
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** In the order of a round: in twice as many rounds as there are systems each comes at each place, and behind each other, as often. */
    public List<Child> inOrder(int round) {
        return inOrder(children, round);
    }

    static <T> List<T> inOrder(List<T> all, int round) {
        // a round only turned by one from the last would have nearly each system behind the same one always
        int n = all.size();
        List<T> order = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            int zigzag = i % 2 == 1 ? (i + 1) / 2 : n - i / 2; // 0, 1, n - 1, 2, n - 2, ...: each distance once
            order.add(all.get((zigzag + round) % n));
        }
        if (n % 2 == 1 && round % 2 == 1) {
            Collections.reverse(order); // of an odd number a half of the distances is there twice
        }
        return order;
    }

    @Override
    public void close() {
        children.forEach(Child::close);
    }
}
