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

    /** In the order of a round: each begins with the system behind the one that the round before began with. */
    public List<Child> inOrder(int round) {
        return inOrder(children, round);
    }

    static <T> List<T> inOrder(List<T> all, int round) {
        List<T> turned = new ArrayList<>(all);
        Collections.rotate(turned, -(round % Math.max(1, all.size())));
        return turned;
    }

    @Override
    public void close() {
        children.forEach(Child::close);
    }
}
