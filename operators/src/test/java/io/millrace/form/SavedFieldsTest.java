package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.TimeMeaning;
import io.millrace.operator.Operator;
import io.millrace.operators.RestartTest;
import io.millrace.operators.With;
import io.millrace.plan.Plan;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A new field is not forgotten in a snapshot. Looks at all objects that can be reached from running cores, of every word: each field
 * that can change is changed, what is saved has to change with it, and who loads that has to have it; else the field says with {@link Scratch}, or a list here,
 * why it means nothing when the next entry begins.
 */
class SavedFieldsTest {
    /** Objects whose class is tried: what one of them keeps empty another may not. */
    private static final int TRIED = 2;

    private static final Map<String, String> NOT_SAVED = new TreeMap<>();

    private static void notSaved(String why, String fields) {
        for (String field : fields.strip().split("\\s+")) {
            NOT_SAVED.put(field, why);
        }
    }

    static {
        notSaved("of the entry, event, firing or step in hand", """
                BlockTree.child BlockTree.depth BlockTree.leaf BlockTree.left BlockTree.next BlockTree.pathNode BlockTree.pathSlot
                BlockTree.right BlockTree.root Candidates.* CountWindows.found CountWindows.slots CountWindows.spare CountWindows.told CountWindows.window
                ChangeWindowNode.kept ChangeWindowNode.values Cell.* ChainSource.* Choice.* Emitter.* Firing.* Flow.*
                ForeignKeyJoinNode.ownChange GroupNode.result GroupNode.sum GroupNode.values GroupTree.* Held.* History.* Inbox.* IntervalJoinNode.due IntervalJoinNode.firstMatch
                KeyBuffer.* KeyState.*
                LetterStream.all LetterStream.count LongTotals.entry LongTotals.left LongTotals.oldest LongTotals.totals
                LookAhead.* LookBackNode.values MarkOrigin.* Moves.asked Moves.count Moves.event Moves.first Moves.freeLinks
                Moves.freeRuns Moves.last Moves.left Moves.linksLeft Moves.newLinks Moves.runsLeft Moves.serial Moves.size
                Moves.startTaken Moves.taken Moves.timeNs NodeBlocks.stashed Outbox.* Outgoing.* Pair.length PaneBlocks.slots PaneBlocks.touched
                NewWindows.eventNs NewWindows.fresh NewWindows.freshIndex NewWindows.opened PeriodWindows.emptiesTold
                PeriodWindows.lowest Records.aside Records.thrown SessionWindows.joinsNewer SessionWindows.joinsOlder
                SessionWindows.newer SessionWindows.older SessionWindows.sums SinkNode.* Span.oldest Span.summaries Store.arguments
                Store.entry Store.expired Store.isThere Store.mode Store.pushes Store.scratch Store.unit Summaries.aside SummaryFolds.thrown
                Summaries.summary TimerSlots.before TimerSlots.staged TimerSlots.stagedCount WaitingEvents.dueNs
                WaitingEvents.id ValueInHand.* FlatWriter.* AnswerBlocks.length MapInPlaceBySettingNode.used WindowInHand.* WindowNode.values WithNode.heldOrigin WithNode.heldParts""");
        notSaved("bytes of a value, key or header while it is read or written", """
                AnswerBlocks.in AnswerBlocks.out EdgeRing.keyScratch MapInPlaceBySettingNode.slot AsOfNode.own AsyncNode.answer AsyncNode.asked AsyncNode.event AsyncNode.reply ConflateNode.before
                ChangeWindowNode.encoded ConflateNode.bytes ChangelogNode.before ChangelogNode.own DeferNode.bytes ForeignKeyJoinNode.own
                HeavyHittersFold.both HeldHeaders.bytes InFlight.key JoinKeys.key KeyReader.key
                KeyRuns.key KeyTable.key LookUpNode.bytes Pair.bytes WindowKeys.key PatternNode.bytes TableJoinNode.own
                ValueHash.encoded""");
        notSaved("laid out, or handed over, while it is made", """
                AsOf.* AsyncNode.fallback Automaton.* ChangeWindowNode.copies Cursors.* Declaration.* Declared.* GroupNode.copies KeyedRows.calendar
                KeyedRows.counters KeyParts.* LetterStream.chain LongTotals.argumentOf LongTotals.column
                LongTotals.countColumn LongTotals.foldOfTotal LongTotals.oldestColumn LongTotals.operation LongTotals.reach
                LongTotals.totalColumn LongTotals.totalsEnd LongTotals.weights LookBackNode.copies NodeCopies.*
                NodeParts.inSection PatternNode.hasCursor PatternNode.inputOfStep PaneChanges.tells PatternBranch.* PatternShape.* PatternWords.isNamed Places.* ProgressCell.holds
                ProgressCell.time ProgressCell.timed Records.all Records.argumentAt Records.argumentOf Records.entryArguments
                Records.entryAt Records.isOwn Records.summaryAt Scope.* Shard.chains Shard.entranceAt Shard.hasInboxes
                Shard.units SourceIntake.chain SourceIntake.lookAhead Span.folded Span.resultAt Span.running Span.sumsAt
                Sequence.* Span.used SpanDeclaration.* StageBuilder.* StageParts.* StepDeclaration.* Summaries.argumentAt
                Summaries.bucketAt Summaries.isOwn Summaries.plainAt Summaries.refusing Summaries.resultAt Summaries.summaryAt SummaryFolds.argumentAt SummaryFolds.summaryAt TimerSlots.columns TimerSlots.heap
                TimerSlots.size Window.* WindowLayout.* WindowNode.copies WithNode.hasCursor""");
        notSaved("found again, or made again from what is saved; no result depends on it", """
                HashIndex.* KeyGroup.* Pages.* Periods.* PositionLeft.* PositionPadded.* PositionValue.*
                RingEnds.* RingLeft.* RingMiddle.* RingReader.missedSeen RingReader.missedTold RingReader.tailSeen RingReader.valueAt
                RingWriter.headSeen RingWriter.missedSoFar StageRunner.*
                StateCounters.* Units.*""");
        notSaved(
                "saved as far as it is used",
                "Blocks.firstWaiting Blocks.waiting DigestPort.kept KeyTimes.popped Keys.popped NodeCounters.sides SourceIntake.aside SourceIntake.asideSequence");
    }

    private final Map<String, Integer> tried = new TreeMap<>();
    private final Set<String> saved = new TreeSet<>();
    private final Set<String> forgotten = new TreeSet<>();
    private final Set<String> reached = new TreeSet<>();

    @Test
    void shouldSaveEveryFieldThatLivesAcrossEntries() throws Exception {
        for (TestDriver driver : RestartTest.drivers()) {
            look(core(driver));
        }
        forgotten.removeAll(saved);
        Set<String> unlisted = new TreeSet<>(forgotten);
        unlisted.removeIf(f -> NOT_SAVED.containsKey(f) || NOT_SAVED.containsKey(all(f)));
        assertEquals(
                "",
                String.join("\n", unlisted),
                "not saved or not loaded: write and read it, or mark it @Scratch with the reason, or enter it in the list here");
        Set<String> stale = new TreeSet<>(NOT_SAVED.keySet());
        forgotten.forEach(f -> {
            stale.remove(f);
            stale.remove(all(f));
        });
        assertEquals(Set.of(), stale, "in the list, and saved or gone");
        assertTrue(saved.size() > 100, saved.size() + " fields are saved");
        Set<String> unreached = classesThatSave();
        unreached.removeAll(reached);
        assertEquals(Set.of(), unreached, "no topology here has one of these, so nothing is known of them");
    }

    private static Set<String> classesThatSave() throws Exception {
        Set<String> all = new TreeSet<>();
        for (Class<?> c : List.of(Core.class, With.class)) {
            Path classes = Path.of(
                    c.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> files = Files.walk(classes)) {
                for (Path p : files.filter(p -> p.toString().endsWith(".class")).toList()) {
                    String name =
                            classes.relativize(p).toString().replace('/', '.').replace('\\', '.');
                    Class<?> type = Class.forName(name.substring(0, name.length() - 6), false, c.getClassLoader());
                    if (Saved.class.isAssignableFrom(type) && !type.isInterface()) {
                        all.add(type.getSimpleName());
                    }
                }
            }
        }
        return all;
    }

    private static String all(String field) {
        return field.substring(0, field.indexOf('.')) + ".*";
    }

    private static Core core(TestDriver driver) throws ReflectiveOperationException {
        Field f = TestDriver.class.getDeclaredField("core");
        f.setAccessible(true);
        return (Core) f.get(driver);
    }

    private static byte[] save(Core core) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(bytes);
        core.save(to);
        to.finish();
        return bytes.toByteArray();
    }

    // ---- walking

    private void look(Core core) throws ReflectiveOperationException {
        byte[] before = save(core);
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>(List.of(core));
        while (!open.isEmpty()) {
            Object o = open.poll();
            if (o == null || !isOfInterest(o.getClass()) || !seen.add(o)) {
                continue;
            }
            if (o instanceof Object[] array) {
                open.addAll(Arrays.stream(array).filter(e -> e != null).toList());
            } else if (o instanceof Collection<?> c) {
                c.stream().filter(e -> e != null).forEach(open::add);
            } else if (o instanceof Map<?, ?> m) {
                m.values().stream().filter(e -> e != null).forEach(open::add);
            } else {
                reached.add(o.getClass().getSimpleName());
                for (Field f : fields(o.getClass())) {
                    open.addAll(look(core, before, o, f));
                }
            }
        }
    }

    /** Answers where to look further. */
    private List<Object> look(Core core, byte[] before, Object o, Field f) throws ReflectiveOperationException {
        f.setAccessible(true);
        if (f.isAnnotationPresent(Scratch.class)) {
            return List.of();
        }
        String name = f.getDeclaringClass().getSimpleName() + "." + f.getName();
        boolean array = f.getType().isArray() && f.getType().getComponentType().isPrimitive();
        if ((array || !Modifier.isFinal(f.getModifiers()))
                && !saved.contains(name)
                && tried.merge(name, 1, Integer::sum) <= TRIED) {
            if (matters(core, before, o, f)) {
                saved.add(name);
            } else {
                forgotten.add(name);
            }
        }
        Object value = f.getType().isPrimitive() ? null : f.get(o);
        return value == null ? List.of() : List.of(value);
    }

    private static boolean isOfInterest(Class<?> type) {
        if (type.isArray()) {
            return !type.getComponentType().isPrimitive() && isOfInterest(type.getComponentType())
                    || type == Object[].class;
        }
        boolean ours =
                type.getName().startsWith("io.millrace.") && !type.isHidden() && !type.isEnum() && !type.isRecord()
                        || Collection.class.isAssignableFrom(type)
                        || Map.class.isAssignableFrom(type)
                        || type.isInterface();
        return ours
                && !type.isAnnotationPresent(Scratch.class)
                && !EventType.class.isAssignableFrom(type)
                && !EventView.class.isAssignableFrom(type)
                && !Operator.class.isAssignableFrom(type)
                && !List.of(Plan.class, Topology.class).contains(type)
                && !(Ports.class.isAssignableFrom(type) && type.getName().contains("Driver"))
                && !type.getName().startsWith("io.millrace.testkit.")
                && !type.getName().startsWith("io.millrace.dsl.")
                && !type.getName().contains("CatalogueSnippets");
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> all = new ArrayList<>();
        for (Class<?> c = type; c != null && c.getName().startsWith("io.millrace."); c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                if (!Modifier.isStatic(f.getModifiers()) && !f.isSynthetic()) {
                    all.add(f);
                }
            }
        }
        return all;
    }

    // ---- changing

    /** Whether what is saved changes with the field; where saving fails with another value it does. */
    private static boolean matters(Core core, byte[] before, Object o, Field f) throws ReflectiveOperationException {
        Object was = f.get(o);
        boolean inPlace =
                f.getType().isArray() && f.getType().getComponentType().isPrimitive();
        if (inPlace && (was == null || Array.getLength(was) == 0)) {
            return false;
        }
        Object element = inPlace ? Array.get(was, 0) : null;
        if (inPlace) {
            Array.set(was, 0, other(element));
        } else {
            f.set(o, other(was));
        }
        try {
            byte[] changed = save(core);
            return !Arrays.equals(before, changed) && isLoaded(core, changed);
        } catch (RuntimeException | AssertionError e) {
            return true;
        } finally {
            if (inPlace) {
                Array.set(was, 0, element);
            } else {
                f.set(o, was);
            }
        }
    }

    /** Whether a core that takes it has it; where it refuses a value that makes no sense it has read it. */
    private static boolean isLoaded(Core core, byte[] changed) {
        Core other = new Core(core.plan(), new Nothing(core.plan().topology()));
        other.load(new StateReader(new ByteArrayInputStream(changed)));
        return Arrays.equals(changed, save(other));
    }

    /** Nothing comes out. */
    private record Nothing(Topology topology) implements Ports {
        @Override
        public SinkPort sink(Output<?> output) {
            return flow -> {};
        }

        @Override
        public DeadLetterPort deadLetters(int stage) {
            return (q, node, reason, detail, cause, bytes, at) -> {};
        }

        @Override
        public boolean isLive(Input<?> input) {
            return input.timeMeaning() == TimeMeaning.LIVE;
        }
    }

    private static Object other(Object value) {
        if (value instanceof Long n) {
            return n + 1;
        } else if (value instanceof Integer n) {
            return n + 1;
        } else if (value instanceof Boolean b) {
            return !b;
        } else if (value instanceof Double d) {
            return d + 1;
        } else if (value instanceof Byte b) {
            return (byte) (b + 1);
        } else if (value instanceof Short s) {
            return (short) (s + 1);
        } else if (value instanceof Character c) {
            return (char) (c + 1);
        }
        return null;
    }
}
