package io.millrace.dsl;

import java.util.function.Supplier;

/** Factories of shape classes: each node, shard and view moves an object of its own over what it keeps. */
final class Shapes {
    private Shapes() {}

    /** The first object of a factory, which is asked for a second to see that it makes one at each call. */
    static <S> S made(Supplier<S> factory) {
        S first = factory.get();
        if (first == null) {
            throw new IllegalArgumentException(
                    "its factory answers null; give one that makes an object, such as" + " Spend::new");
        }
        if (first == factory.get()) {
            String name = first.getClass().getSimpleName();
            throw new IllegalArgumentException("its factory answers the same " + (name.isEmpty() ? "object" : name)
                    + " at each call, and each node moves one of its own over what it keeps; give one that makes it, such"
                    + " as " + (name.isEmpty() ? "Spend" : name) + "::new");
        }
        return first;
    }
}
