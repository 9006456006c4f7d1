package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.transport.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The views that are bound to the outputs of one host. They are state of the host, worked out from its outputs: a core beside it keeps twins of
 * them, and a snapshot has their rows. Used while a host is set up, and by the thread that saves or loads it.
 */
final class Views {
    private static final String SECTION = "view ";
    private static final int VERSION = 1;

    /** A view of an output; of several outputs it stands here once for each. */
    private record Bound<V>(Output<V> output, View<? super V> view, ResumedOutput resumed) {
        Handover.Outlet outlet(View<?> twin) {
            @SuppressWarnings("unchecked") // it was made of the view
            View<? super V> of = (View<? super V>) twin;
            return sinks -> sinks.open(output, of, Delivery.inline());
        }
    }

    private final String host;
    private final List<Bound<?>> bound = new ArrayList<>();
    private final List<View<?>> views = new ArrayList<>();

    private final List<View<?>> empty = new ArrayList<>();

    /** Which of the views here each one is that a snapshot has; -1 for none. */
    private int[] brought = {};

    Views(String host) {
        this.host = host;
    }

    /** The name of the host. */
    String host() {
        return host;
    }

    /** Adds one that has been bound; where it goes on is null where there is no journal. */
    <V> void add(Output<V> output, View<? super V> view, ResumedOutput resumed) {
        bound.add(new Bound<>(output, view, resumed));
        if (!views.contains(view)) {
            views.add(view);
        }
    }

    /** Binds twins for a core beside the host. */
    void shadow(Map<Output<?>, List<Handover.Outlet>> outlets) {
        List<View<?>> twins = new ArrayList<>();
        views.forEach(v -> twins.add(v.twin()));
        for (Bound<?> b : bound) {
            outlets.get(b.output()).add(b.outlet(twins.get(views.indexOf(b.view()))));
        }
    }

    // ---- saved and loaded

    private List<String> outputs(View<?> view) {
        return bound.stream()
                .filter(b -> b.view() == view)
                .map(b -> b.output().name())
                .toList();
    }

    /** Says which there are, so that who loads knows before anything is loaded. */
    void describe(StateWriter to) {
        to.putInt(views.size());
        for (View<?> v : views) {
            to.putInt(outputs(v).size());
            outputs(v).forEach(to::putText);
            to.putText(v.shape());
        }
    }

    /** Finds those that are described there: of the same outputs, by the names that these have now, with the same key and layout. */
    void find(StateReader from, UnaryOperator<String> now) {
        List<View<?>> left = new ArrayList<>(views);
        brought = new int[from.getInt("a number of views", 1 << 16)];
        for (int i = 0; i < brought.length; i++) {
            List<String> outputs = new ArrayList<>();
            for (int n = from.getInt("a number of outputs", 1 << 16); n > 0; n--) {
                outputs.add(now.apply(from.getText()));
            }
            String shape = from.getText();
            View<?> found = left.stream()
                    .filter(v -> outputs(v).equals(outputs) && v.shape().equals(shape))
                    .findFirst()
                    .orElse(null);
            left.remove(found);
            brought[i] = views.indexOf(found);
        }
    }

    /** An output with a view of which nothing was found; null when there is none. */
    String missing() {
        for (Bound<?> b : bound) {
            if (!isBrought(b.view())) {
                return b.output().name();
            }
        }
        return null;
    }

    /** Those of an output that are not found begin without rows, whatever came before. */
    void startEmpty(Predicate<String> output) {
        bound.stream().filter(b -> output.test(b.output().name())).forEach(b -> empty.add(b.view()));
    }

    /** Whether a receiver is a view. */
    boolean has(ResumedOutput resumed) {
        return bound.stream().anyMatch(b -> b.resumed() == resumed);
    }

    /** Whether a receiver is a view that was found. */
    boolean brings(ResumedOutput resumed) {
        return bound.stream().anyMatch(b -> b.resumed() == resumed && isBrought(b.view()));
    }

    private boolean isBrought(View<?> view) {
        if (empty.contains(view)) {
            return true;
        }
        for (int b : brought) {
            if (b >= 0 && views.get(b) == view) {
                return true;
            }
        }
        return false;
    }

    void save(StateWriter to) {
        for (int i = 0; i < views.size(); i++) {
            to.begin(SECTION + i, VERSION);
            views.get(i).save(to);
            to.end();
        }
    }

    /** Takes the rows of those that were found; leaves what nobody asks for. */
    void load(StateReader from) {
        for (int i = 0; i < brought.length; i++) {
            from.begin(SECTION + i, VERSION);
            if (brought[i] < 0) {
                from.skip();
            } else {
                View<?> view = views.get(brought[i]);
                view.load(from, String.join(", ", outputs(view)));
                from.end();
            }
        }
    }
}
