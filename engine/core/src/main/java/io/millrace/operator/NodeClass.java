package io.millrace.operator;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Modifier;

/**
 * Which class runs an operator, and the right to define copies of it: {@code NodeClass.of(MethodHandles.lookup(),
 * FilterNode.class)}, called in the operator's own package.
 */
public final class NodeClass {
    private final MethodHandles.Lookup lookup;
    private final Class<? extends Node> type;

    private NodeClass(MethodHandles.Lookup lookup, Class<? extends Node> type) {
        this.lookup = lookup;
        this.type = type;
    }

    /**
     * Names the class.
     *
     * @param lookup of the operator's own package, with full access
     * @param type   final, one constructor {@code (operator, NodeContext)}, in the same package
     * @return what {@link Operator#node} answers
     * @throws IllegalArgumentException when the class cannot serve
     */
    public static NodeClass of(MethodHandles.Lookup lookup, Class<? extends Node> type) {
        if (!Modifier.isFinal(type.getModifiers())) {
            throw new IllegalArgumentException("node class " + type.getName() + " is not final; make it final");
        }
        if (type.getDeclaredConstructors().length != 1 || type.getDeclaredConstructors()[0].getParameterCount() != 2) {
            throw new IllegalArgumentException(
                    "node class " + type.getName() + ": give it one constructor (operator, NodeContext)");
        }
        if (lookup.lookupClass().getPackage() != type.getPackage()) {
            throw new IllegalArgumentException("node class " + type.getName() + " is not in the package of "
                    + lookup.lookupClass().getName() + "; call MethodHandles.lookup() beside it");
        }
        return new NodeClass(lookup, type);
    }

    /**
     * The right to define copies.
     *
     * @return a lookup in the package of the class
     */
    public MethodHandles.Lookup lookup() {
        return lookup;
    }

    /**
     * The class.
     *
     * @return the original of the copies
     */
    public Class<? extends Node> type() {
        return type;
    }
}
