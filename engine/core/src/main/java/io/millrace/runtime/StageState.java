package io.millrace.runtime;

import io.millrace.runtime.StageCells.CellName;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What lives across entries in a stage and belongs to no node: its sources, its clock, progress, and what it has told other stages. */
final class StageState implements Saved {
    private final SourceIntake[] intakes;
    private final List<String> titles;
    private final StageClock clock;
    private final List<ProgressCell> cells;
    private final List<CellName> names;
    private final List<ShardedSection> sections;
    private final List<EdgeOut> out;

    StageState(StageParts parts) {
        intakes = parts.intakes;
        titles = Stream.of(intakes).map(s -> parts.cells.title(s.node())).toList();
        clock = parts.clock;
        cells = parts.cells.all();
        names = parts.cells.names();
        sections = List.copyOf(parts.sections);
        out = List.copyOf(parts.out);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(intakes.length);
        for (SourceIntake s : intakes) {
            s.save(to);
        }
        clock.save(to);
        to.putInt(cells.size());
        for (int i = 0; i < names.size(); i++) {
            to.putText(names.get(i).what());
            to.putText(names.get(i).kind());
            to.putText(names.get(i).title());
            cells.get(i).save(to);
        }
        sections.forEach(s -> s.save(to));
        out.forEach(o -> o.save(to));
    }

    @Override
    public void load(StateReader from) {
        from.sameInt("number of sources", intakes.length);
        for (SourceIntake s : intakes) {
            s.load(from);
        }
        clock.load(from);
        from.sameInt("number of progress cells", cells.size());
        for (int i = 0; i < names.size(); i++) {
            CellName saved = name(from);
            if (!saved.equals(names.get(i))) {
                throw from.refused("the saved progress is of " + saved + ", but that of " + names.get(i)
                        + " is expected; use another snapshot, or replay the log from its beginning");
            }
            cells.get(i).load(from);
        }
        sections.forEach(s -> s.load(from));
        out.forEach(o -> o.load(from));
    }

    private static CellName name(StateReader from) {
        return new CellName(from.getText(), from.getText(), from.getText());
    }

    /**
     * Takes over what is of nodes that there still are. Sources that are new stand behind the others; what a stage has told others of what it
     * holds is told anew.
     */
    void loadMoved(StateReader from, Adoption how) {
        for (int i = 0, saved = from.getInt("a number of sources", intakes.length); i < saved; i++) {
            intakes[i].load(from);
            if (intakes[i].hasAside() && how.relaid().contains(titles.get(i))) {
                throw from.refused("it has events of input " + titles.get(i) + " that were set aside in another "
                        + "layout than the current one; replay the log from its beginning");
            }
        }
        clock.load(from);
        Set<ProgressCell> loaded = new LinkedHashSet<>();
        for (int left = from.getInt("a number of places of progress", 1 << 20); left > 0; left--) {
            CellName saved = name(from);
            String now = saved.isEdge() ? null : how.now(saved.kind(), saved.title());
            int at = now == null ? -1 : names.indexOf(new CellName(saved.what(), saved.kind(), now));
            if (at < 0) {
                ProgressCell.skip(from);
            } else {
                cells.get(at).loadMoved(from, how.isRewired(saved.kind(), now));
                loaded.add(cells.get(at));
            }
        }
        for (int i = 0; i < cells.size(); i++) { // a node stands behind its inputs
            if (!loaded.contains(cells.get(i)) && !names.get(i).isEdge()) {
                cells.get(i).begin();
            }
        }
        sections.forEach(s -> s.load(from)); // they are as they were
    }
}
