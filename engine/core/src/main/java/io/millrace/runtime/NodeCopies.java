package io.millrace.runtime;

import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes nodes, each with a class of its own.
 *
 * <p>Why: the JIT specialises code by what it has seen at a call site. With shared classes the fifth filter of a JVM makes
 * every filter's call of its condition megamorphic. A node class and the templates that call nodes are therefore defined once
 * more for each use, as hidden classes through the lookup of their own package. Hidden frames do not appear in stack traces;
 * errors name the node and its line themselves. Switched off in the test driver, and by {@code -Dmillrace.copies=false}, for
 * tools that instrument classes.
 *
 * <p>One of these belongs to one topology and plan. A second core that is built with it gets the very same classes, in the order
 * in which the first asked for them: so what the JIT learns from one core it knows of the next. For one thread at a time.
 */
public final class NodeCopies {
    private static final MethodHandles.Lookup OWN = MethodHandles.lookup();

    /** Read once: to open a class file in a jar, or to look for it on a class path, takes longer than to define the class. */
    private static final ClassValue<byte[]> FILES = new ClassValue<>() {
        @Override
        protected byte[] computeValue(Class<?> original) {
            String file = original.getName().substring(original.getPackageName().length() + 1) + ".class";
            try (InputStream in = original.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IOException("class file " + file + " is not found beside its class");
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private static final boolean ALLOWED = !"false".equals(System.getProperty("millrace.copies"));

    private final boolean copies;
    private final List<Copy> made = new ArrayList<>();
    private final Map<String, NodeCopies> sections = new LinkedHashMap<>();
    private int next;

    /** A class that was made, and of which it is a copy. */
    private record Copy(Class<?> original, MethodHandles.Lookup lookup) {}

    /**
     * Has made none yet.
     *
     * @param copies false where the original classes are used
     */
    public NodeCopies(boolean copies) {
        this.copies = copies && ALLOWED;
    }

    /** One more core is built, from the start. */
    void begin() {
        next = 0;
    }

    /**
     * For the shards of a section, which are made alike: each begins anew. What runs 64 times is one class at each place, so a call
     * site in it sees the nodes of one class, as elsewhere.
     */
    NodeCopies ofSection(String name) {
        return sections.computeIfAbsent(name, n -> new NodeCopies(copies));
    }

    Node node(Operator<?, ?> operator, NodeContext context) {
        NodeClass nodeClass = operator.node();
        Class<?> original = nodeClass.type();
        Class<?>[] parameters = original.getDeclaredConstructors()[0].getParameterTypes();
        MethodType signature = MethodType.methodType(void.class, parameters);
        try {
            MethodHandles.Lookup lookup = copies ? nextOf(nodeClass.lookup(), original) : nodeClass.lookup();
            Class<?> type = copies ? lookup.lookupClass() : original;
            MethodHandle constructor = lookup.findConstructor(type, signature);
            return (Node) constructor.invoke(operator, context);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(
                    "node " + context.node() + " cannot be made from " + original.getName() + ": " + t
                            + "; give it a constructor (operator, NodeContext)",
                    t);
        }
    }

    /** A template of this package over other nodes: a segment or a fork. */
    Node template(Class<? extends Node> template, Node[] parts) {
        try {
            MethodHandles.Lookup lookup = copies ? nextOf(OWN, template) : OWN;
            Class<?> type = copies ? lookup.lookupClass() : template;
            return (Node) lookup.findConstructor(type, MethodType.methodType(void.class, Node[].class))
                    .invoke(parts);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException("template " + template.getName() + " cannot be copied: " + t, t);
        }
    }

    private MethodHandles.Lookup nextOf(MethodHandles.Lookup lookup, Class<?> original)
            throws IOException, IllegalAccessException {
        if (next == made.size()) {
            made.add(new Copy(original, copyOf(lookup, original)));
        }
        Copy copy = made.get(next++);
        if (copy.original() != original) {
            throw new IllegalStateException(
                    "a core asks for a copy of " + original.getName() + " where the one before it asked for one of "
                            + copy.original().getName() + ": they are not of one plan");
        }
        return copy.lookup();
    }

    /**
     * A copy of a class for itself, whatever is switched off.
     *
     * @param lookup   of the package of the class, with full access
     * @param original has no private member that a class of its nest uses
     * @return a lookup in the copy
     * @throws IOException            when the class file is not found
     * @throws IllegalAccessException when the lookup may not define it
     */
    public static MethodHandles.Lookup copyOf(MethodHandles.Lookup lookup, Class<?> original)
            throws IOException, IllegalAccessException {
        try {
            return lookup.defineHiddenClass(FILES.get(original), true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
