package io.millrace.operators.window;

import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.Outside;
import io.millrace.operator.Updates;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.KeyParts;
import io.millrace.operators.aggregate.sketch.Sketches;
import io.millrace.operators.window.Window.Kind;
import io.millrace.state.FiringPace;
import io.millrace.state.Pages;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Aggregates the events of each key, or all events, within windows. Output 0 brings the results, output 1 the late
 * events. Input 1, if there is one, brings the rows of the table that says which keys have results of empty periods; a
 * row goes to the dead letters ({@code over-bound}) if more of an earlier time of its key is yet to be told.
 *
 * <p><b>Late events.</b> An event is late when progress has passed the end of each of its windows, and their lateness.
 * It goes once to output 1, or to the dead letters if nothing reads that. If it is late for some of its windows only,
 * it is added to the others, and counted as partly late.
 *
 * <p><b>Bounds.</b> An event that needs a key or window beyond the bound or budget goes to the dead letters
 * ({@code over-bound}).
 *
 * <p><b>Overflow.</b> An event with which a sum of longs would not fit 64 bits goes to the dead letters
 * ({@code out-of-range}) and is in no window. If only the sum of several panes does not fit, the result goes there:
 * other windows hold the same events and have their results, and checking the sums of all windows before an event is
 * taken would cost the panes of each.
 *
 * <p><b>Results that fail.</b> The dead letter of a result that cannot be told, for that reason or because an aggregate
 * of your own throws, has the key and the end of the window (of a window without an end, the time of the result), and
 * no event. The events are kept, and would count twice if they were sent again. Earlier results of the window stand; a
 * later result is a revision of them.
 *
 * <p><b>Work for an entry.</b> 16 windows fire, so that later events do not wait for long. Up to F = max(64, 2 × what
 * the events of an entry make due) fire if events make more due than that, if partial results or results of empty
 * periods are a whole period late, and when all input has ended ({@link FiringPace}). What is due for the key of an
 * event fires before it: all of its windows, and as many empty periods as a key may have windows. If more wait, later
 * windows wait too, with the result that they had at their end, and count as open. A firing combines as many panes as
 * there are steps in a size or, from 32 panes on, some sums of them, by the logarithm of that number.
 *
 * @param <T> the type of the events
 * @param <A> the shape class
 */
public final class WindowOperator<T, A> implements Operator<T, A> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), WindowNode.class);
    private static final NodeClass OF_CHANGES = NodeClass.of(MethodHandles.lookup(), ChangeWindowNode.class);
    /**
     * The most rows that windows over changes keep of a key in a step: so many are read, and added up anew, for one
     * entry.
     */
    public static final int ROWS_MOST = ChangesOfWindow.ROWS_MOST;

    private static final int FIRINGS = 64;
    private static final int LATE = 1;

    /** On top of the form of its aggregates: that of windows that keep sums of their panes. */
    private static final int WITH_SUMS = 16;

    /** So many rows of a pane are taken into account where the budget says how many keys there may be. */
    private static final int FEW_ROWS = 8;

    private final Window window;
    private final Supplier<A> shape;
    private final Function<? super A, Declarations> declared;
    private final KeyInfo key;
    private final boolean keyed;
    private final Rows rows;

    /** Where rows may be taken back; else null. */
    private final ChangesOfWindow changes;

    private final Declarations sample;
    private final WindowLayout layout;
    private final boolean keepsSums;

    /** The table whose rows say which keys have results also for periods without events: its bound, and which rows delete. */
    private record Rows(int most, Condition<?> deletes) {}

    private WindowOperator(
            Window window,
            Supplier<A> shape,
            Function<? super A, Declarations> declared,
            KeyInfo key,
            boolean keyed,
            Rows rows,
            ChangesOfWindow changes) {
        this.rows = rows;
        this.changes = changes;
        this.window = Objects.requireNonNull(window, "window");
        this.shape = Objects.requireNonNull(shape, "aggregates");
        this.declared = declared;
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        this.keyed = keyed;
        if (window.problem() != null) {
            throw new IllegalArgumentException(window.problem());
        }
        sample = declared.apply(shape.get());
        layout = layout(sample);
        keepsSums = window.panes() >= PaneTree.PANES_MIN && hasRoomForSums();
    }

    /**
     * Makes windows of each key.
     *
     * @param window   which windows
     * @param shape    makes the shape object, with names; called here and once for each node and view
     * @param declared returns what a shape object declares
     * @param key      the key of the stream; null if it is not known, and then it is a number
     * @param <T>      the type of the events
     * @param <A>      the shape class
     * @return the operator
     * @throws IllegalArgumentException if there are no such windows, or the shape class is not as it must be
     */
    public static <T, A> WindowOperator<T, A> byKey(
            Window window, Supplier<A> shape, Function<? super A, Declarations> declared, KeyInfo key) {
        return new WindowOperator<>(window, shape, declared, key, true, null, null);
    }

    /**
     * Adds results for periods without events, for the keys of a table whose rows come by input 1.
     *
     * @param most    the most keys that the table declares at a time; 0 for as many as there is room for
     * @param deletes which rows take their key away; null if none does
     * @return the operator, with two inputs
     * @throws IllegalArgumentException if the windows have no results for periods without events
     */
    public WindowOperator<T, A> emptyFor(int most, Condition<?> deletes) {
        if (!window.empty) {
            throw new IllegalArgumentException("emptyFor goes with emitEmpty; add it to the window");
        }
        return new WindowOperator<>(window, shape, declared, key, keyed, new Rows(most, deletes), changes);
    }

    /**
     * Takes rows that may be taken back, by a retraction that carries the row. A row counts in the windows of its own
     * time, which is read from it, whenever it or its retraction comes; a retraction is late where the row would be. It
     * takes out one row that is equal in everything, the first of several; without such a row it goes to the dead
     * letters ({@code late}). A window that was told and has no rows any more is taken back. A sum that does not fit is
     * not told until it does; no row is refused for it.
     *
     * @param time       reads the time of a row
     * @param unit       the unit of that time
     * @param rowsAtMost the most rows of a key that are kept in one window, or in one step of overlapping windows, for
     *     aggregates that cannot give a row back; 0 if none needs them
     * @return the operator
     * @throws IllegalArgumentException if so many rows cannot be kept
     */
    public WindowOperator<T, A> ofChanges(LongField<? super T> time, TimeUnit unit, int rowsAtMost) {
        ChangesOfWindow of = new ChangesOfWindow(
                Objects.requireNonNull(time, "time"), Objects.requireNonNull(unit, "unit"), rowsAtMost);
        if (of.problem() != null) {
            throw new IllegalArgumentException(of.problem());
        }
        return new WindowOperator<>(window, shape, declared, key, keyed, rows, of);
    }

    /**
     * Makes windows of all events.
     *
     * @param window   which windows
     * @param shape    makes the shape object, with names; called here and once for each node and view
     * @param declared returns what a shape object declares
     * @param <T>      the type of the events
     * @param <A>      the shape class
     * @return the operator
     * @throws IllegalArgumentException if there are no such windows, or the shape class is not as it must be
     */
    public static <T, A> WindowOperator<T, A> ofAll(
            Window window, Supplier<A> shape, Function<? super A, Declarations> declared) {
        return new WindowOperator<>(window, shape, declared, null, false, null, null);
    }

    Window window() {
        return window;
    }

    KeyInfo key() {
        return key;
    }

    boolean hasRows() {
        return rows != null;
    }

    Condition<?> deletes() {
        return rows == null ? null : rows.deletes;
    }

    /** The most keys with results for periods without events; 0 where there is no bound. */
    int declaredMost() {
        return rows == null ? 0 : rows.most;
    }

    ChangesOfWindow changes() {
        return changes;
    }

    /** The most rows that are kept of a pane; 0 where none are. */
    int rowsAtMost() {
        return changes == null ? 0 : changes.rowsAtMost();
    }

    boolean isKeyed() {
        return keyed;
    }

    /** What a node works on. */
    WindowState newState(WindowView<?> view, WindowLayout ofNode, NodeContext context) {
        Results results = new Results(key, view, tellsWindows(0), context);
        return switch (window.kind) {
            case COUNTS -> new CountWindows(this, ofNode, results, context);
            case SESSIONS -> new SessionWindows(this, ofNode, results, context);
            default -> new PeriodWindows(this, ofNode, results, context);
        };
    }

    WindowLayout layout(Declarations of) {
        return changes != null
                ? WindowLayout.ofChanges(of)
                : new WindowLayout(of, window.kind == Kind.COUNTS || window.kind == Kind.SESSIONS);
    }

    /** The longest block that a key may need. */
    private long blockLongs() {
        return switch (window.kind) {
            case COUNTS -> CountWindows.longestBlock(window, layout);
            case SESSIONS -> PaneBlocks.longs(SessionWindows.content(window, layout), true);
            default -> periodLongs(keepsSums);
        };
    }

    private long periodLongs(boolean withSums) {
        return PaneBlocks.longs(PeriodWindows.content(this, layout, withSums), window.isToldAgain());
    }

    /** Longs of the timer of a window: where many end at one moment it is a part of the window, and they share a list. */
    private long timerLongs() {
        return window.kind == Kind.SESSIONS || window.kind == Kind.COUNTS ? 6 : window.kind == Kind.GLOBAL ? 8 : 0;
    }

    /** Longs of the row of a key, without its own block. */
    private long rowLongs(boolean withSums) {
        return 1
                + (key.maxBytes() + 7) / 8
                + PaneBlocks.COLUMNS
                + (window.kind == Kind.COUNTS
                        ? CountWindows.columns(window) - CountWindows.COLUMNS
                        : PeriodWindows.columns(window, withSums));
    }

    /** Whether sums of panes are kept with a key: where a window has many, and a block has room for one. */
    boolean keepsSums() {
        return keepsSums;
    }

    private boolean hasRoomForSums() {
        return periodLongs(true) + rowLongs(true) < Pages.PAGE_LONGS;
    }

    WindowView<A> newView() {
        return new WindowView<>(shape.get(), declared);
    }

    @Override
    public String word() {
        return "window";
    }

    @Override
    public int stateVersion() {
        return Sketches.stateVersionOfEvents(sample.all()) + (keepsSums ? WITH_SUMS : 0);
    }

    @Override
    public NodeClass node() {
        return changes == null ? NODE : OF_CHANGES;
    }

    @Override
    public List<String> ports() {
        return List.of("out", "late");
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        if (port == LATE) {
            return inputs.get(0);
        }
        boolean sensitive = inputs.get(0) != null && inputs.get(0).hasSensitive();
        return new WindowType<>(shape, declared, key.maxBytes(), sensitive);
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    @Override
    public boolean keepsEvents() {
        return false;
    }

    @Override
    public boolean keyed() {
        return keyed;
    }

    @Override
    public boolean keepsState() {
        return true;
    }

    @Override
    public int inputs() {
        return rows == null ? 1 : 2;
    }

    @Override
    public boolean takesUpdates(int input) {
        return input == 1;
    }

    @Override
    public Updates takes(int input) {
        return input == 0 && changes != null ? Updates.CHANGES : Operator.super.takes(input);
    }

    @Override
    public String updatesCure(int input) {
        return "say ofChanges(time, unit) of its windows, with changelog(name) in front where they are by key";
    }

    @Override
    public boolean passesUpdates(int input) {
        return false; // a row says which keys there are, and changes no result
    }

    @Override
    public boolean makesUpdates() {
        return window.makesUpdates();
    }

    @Override
    public Updates makes(int port) {
        if (port == LATE) {
            return changes == null ? Updates.NONE : Updates.CHANGES;
        }
        return !makesUpdates()
                ? Updates.NONE
                : window.retracts ? Updates.CHANGES : keyed ? Updates.BY_KEY : Updates.OF_ALL;
    }

    @Override
    public boolean couldRetract() {
        return true;
    }

    @Override
    public boolean tellsWindows(int port) {
        return port != LATE && makesUpdates() && window.hasSeveral();
    }

    /** A row says which keys there are. */
    @Override
    public boolean takesWindows(int input) {
        return input == 0;
    }

    @Override
    public long latenessNs() {
        return window.latenessNs;
    }

    @Override
    public int maxFirings() {
        return Math.max(FIRINGS, 2 * window.firingsOfEvent());
    }

    @Override
    public int firingsOfEvent(int input) {
        return input == 0 ? window.firingsOfEvent() : 1;
    }

    /** Results of all its windows that come with it, and all that they have later. */
    @Override
    public long outputsOfEvent(int input) {
        long results = window.firingsOfEvent() + (window.kind == Kind.COUNTS ? 1 : 0);
        return input == 0 ? ofEvent() + results * maxOutputsPerFiring() : 1;
    }

    @Override
    public int maxOutputsPerFiring() {
        boolean isFixed = !isSession() && window.kind != Kind.COUNTS;
        return window.retracts || !isFixed && window.makesUpdates() ? 2 : 1;
    }

    private boolean isSession() {
        return window.kind == Kind.SESSIONS;
    }

    /**
     * A key's windows may have an early and a last result each, or as many periods without events go before them, also for
     * a row; an event updates each window it is in, which may have had a result of nothing to be sent first, and takes back that of a
     * session that it joins to another.
     */
    @Override
    public int maxOutputs() {
        int ofKey = window.mostOfKey() * (window.earlyNs > 0 || window.empty ? 2 : 1);
        return ofKey * maxOutputsPerFiring() + ofEvent();
    }

    private int ofEvent() {
        int results = window.makesUpdates() ? window.steps() * (window.empty || isSession() ? 2 : 1) : 0;
        return results * maxOutputsPerFiring();
    }

    /** A key with one window in each step. */
    @Override
    public long bytesPerKey() {
        long kept = Math.min(rowsAtMost(), FEW_ROWS) * (long) PaneChanges.rowLongs(layout);
        long directory = keepsSums ? PaneTree.directoryLongs(window) : 0;
        return 8 * (rowLongs(keepsSums) + directory + window.panes() * (blockLongs() + timerLongs() + kept));
    }

    /** A page for each structure: rows, their index, blocks, timers and their cells, also of keys behind the empty periods, directories. */
    @Override
    public long leastStateBytes() {
        return ((window.empty ? 8L : rowsAtMost() > 0 ? 7L : 6L) + (keepsSums ? 1 : 0)) * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> all = window.settings();
        if (changes != null) {
            all.put("of changes", "time of the row, " + changes.unit());
            all.put("rows at most", rowsAtMost() == 0 ? "none kept" : Integer.toString(rowsAtMost()));
        }
        sample.all().forEach(d -> all.put(all.containsKey(d.name()) ? "field " + d.name() : d.name(), d.word()));
        return all;
    }

    /** Where the days of a zone begin is told by rules that come with the JDK. */
    @Override
    public List<Outside> dependsOn() {
        return window.zone == null || window.zone.getRules().isFixedOffset()
                ? List.of()
                : List.of(Outside.TIME_ZONE_DATA);
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        List<String> problems = new ArrayList<>();
        if (changes != null) {
            problems.addAll(changes.problems(window, sample, inputs.get(0)));
        }
        if (keyed) {
            problems.addAll(KeyParts.problems(sample.all(), key));
        } else if (sample.all().stream().anyMatch(d -> d.aggregate() == null)) {
            problems.add("its aggregates name a part of the key, and the stream has none; use keyBy in front of it");
        }
        if (keyed && window.empty && rows == null) {
            problems.add("emitEmpty does not know which keys there are; say so by a table: emptyFor(table)");
        }
        if (sample.all().isEmpty()) {
            problems.add("its aggregates are none; declare one, such as count()");
        }
        long most = Pages.PAGE_LONGS - 1 - (window.kind == Kind.COUNTS ? 0 : rowLongs(keepsSums));
        if (blockLongs() > most) {
            problems.add("the aggregates of a window take " + 8L * blockLongs() + " bytes, and at most "
                    + 8L * most + " can be kept; lower their bounds"
                    + (window.kind == Kind.COUNTS ? ", or have fewer events in a window" : ""));
        }
        return problems;
    }
}
