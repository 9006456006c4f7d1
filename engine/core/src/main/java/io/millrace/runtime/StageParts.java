package io.millrace.runtime;

import io.millrace.event.EventView;
import io.millrace.operator.Flow;
import java.util.ArrayList;
import java.util.List;

/** What a stage is put together from. */
final class StageParts {
    final Flow flow = new Flow();
    final StageClock clock = new StageClock();
    final List<StageUnit> units = new ArrayList<>();
    final List<ProgressCell> before = new ArrayList<>();
    final List<ProgressCell> after = new ArrayList<>();
    final List<EdgeOut> out = new ArrayList<>();
    final List<EventView<?>> cut = new ArrayList<>();

    final List<ShardedSection> sections = new ArrayList<>();

    StageCells cells;
    SourceIntake[] intakes;
    DeadLetterPort deadLetters;
    LetterStream letters;
    boolean cutViews;
    boolean ownsIntake;
}
