package io.millrace.bench.workloads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every loop gives the answer of its reference, and the references give the published check values. */
class LoopsTest {
    private static final int QUICK = 1_500_000;
    private static final long SEED = 4;

    /** From W3 on more than a minute of event time, so that history expires and windows end; the others repeat themselves long before. */
    private static int events(Workload workload) {
        return workload.compareTo(Workload.W3) >= 0 ? QUICK : QUICK / 5;
    }

    /** Tables of as many rows as are read: made once. */
    private static final Map<Workload, Generator> GENERATORS = new EnumMap<>(Workload.class);

    private static Generator generator(Workload workload) {
        return GENERATORS.computeIfAbsent(workload, w -> new Generator(w, QUICK));
    }

    /** Of the best loop: several tests compare with it. */
    private static final Map<Workload, Answer> BEST = new EnumMap<>(Workload.class);

    private static Answer ofTheBest(Workload workload) {
        return BEST.computeIfAbsent(workload, w -> Loops.answer(Loops.best(w), generator(w), events(w)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheAnswerOfTheReference(Workload workload) {
        Generator generator = generator(workload);
        Answer expected = Loops.answer(Reference.of(workload), generator, events(workload));
        for (String variant : Loops.variants(workload)) {
            if (!variant.equals(Loops.REFERENCE)) {
                Loop loop = Loops.variant(workload, variant);
                assertEquals(expected, Loops.answer(loop, generator, events(workload)), variant);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSameAnswerInBatches(Workload workload) {
        Generator generator = generator(workload);
        Answer expected = ofTheBest(workload);
        for (String variant : Loops.variants(workload)) {
            if (variant.equals(Loops.REFERENCE)) {
                continue; // the slowest, and it knows no batches
            }
            assertEquals(expected, inBatches(Loops.variant(workload, variant), generator, events(workload)), variant);
        }
    }

    /** A few cards, times that stand still, go on, or leap over what is kept, ids that come again at any time; after each event. */
    @ParameterizedTest
    @EnumSource(names = {"W3", "W3X", "W4"})
    void shouldGiveTheAnswerOfTheReferenceHoweverTimePasses(Workload workload) {
        List<Loop> loops = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        for (String variant : Loops.variants(workload)) { // the reference is the last
            loops.add(Loops.variant(workload, variant));
            answers.add(new Answer());
        }
        Random random = new Random(SEED);
        Tx tx = new Tx();
        tx.timeMs = Generator.START_MS;
        for (int i = 0; i < 30_000; i++) {
            leap(random, tx);
            int rank = random.nextInt(40);
            tx.id = random.nextInt(20) == 0 ? Math.max(0, i - random.nextInt(3_000)) : i;
            tx.card = Profiles.cardOf(rank);
            tx.amountCents = Profiles.meanOf(rank) * (random.nextInt(8) - 1);
            tx.country = random.nextInt(50);
            tx.kind = random.nextInt(3) == 0 ? Tx.TRANSACTION : Tx.DECLINED;
            for (int loop = 0; loop < loops.size(); loop++) {
                loops.get(loop).on(tx, answers.get(loop));
                assertEquals(
                        answers.get(0),
                        answers.get(loop),
                        Loops.variants(workload).get(loop) + ", event " + i);
            }
        }
        assertTrue(answers.get(0).count() > 1_000, answers.get(0).toString());
    }

    private static void leap(Random random, Tx tx) {
        int dice = random.nextInt(1_000);
        if (dice < 2) {
            tx.timeMs += 1_000L * random.nextInt(140); // often beyond all that is kept
        } else if (dice < 20) {
            tx.timeMs += random.nextInt(4_000);
        } else if (dice < 40) {
            tx.timeMs += 999 - tx.timeMs % 1_000; // the last moment of a second
        } else {
            tx.timeMs += random.nextInt(20);
        }
    }

    private static Answer inBatches(Loop loop, Generator generator, int events) {
        Answer answer = new Answer();
        Tx[] batch = new Tx[32];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = new Tx();
        }
        for (long i = 0; i < events; ) {
            int n = 0;
            while (n < batch.length && i < events) {
                generator.fill(i++, batch[n++]);
            }
            loop.batch(batch, n, answer);
        }
        loop.end(answer);
        return answer;
    }

    @ParameterizedTest
    @CsvSource({
        "W0, 1485060/93d101265764df37",
        "W1, 290839/17b9d381ced66c2d",
        "W2, 879869/804b595d019d33c8",
        "W3, 9921/7e315f980bb3ef49",
        "W3X, 9921/7b7d767645f06ed5",
        "W4, 16474/8c550756de58c4b8",
        "W5, 2000/a16c3a4d50e718c7",
    })
    void shouldGiveTheCheckValue(Workload workload, String expected) {
        Answer answer = events(workload) == QUICK
                ? ofTheBest(workload)
                : Loops.answer(Loops.best(workload), generator(workload), QUICK);
        assertEquals(expected, answer.toString());
    }

    /** About a minute: {@code mvn test -pl bench/workloads -am -Dmillrace.long=true}. */
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "millrace.long", matches = "true")
    @CsvSource({
        "W0, 20000000, 19802258/8c24ad1cdc414e5b",
        "W1, 20000000, 3805657/260a88884e0d532e",
        "W2, 20000000, 16480790/6636e2588be866bc",
        "W3, 10000000, 66382/c316a1a330df8fdf",
        "W3, 20000000, 132846/99ec967d1401ce01",
        "W4, 10000000, 113112/919b6d65ca5808d1",
        "W5, 10000000, 9000/5dbbce1a618ee60",
    })
    void shouldGiveTheCheckValueOfALongRun(Workload workload, long events, String expected) {
        Generator generator = new Generator(workload);
        for (String variant : Loops.variants(workload)) {
            Answer answer = Loops.answer(Loops.variant(workload, variant), generator, events);
            assertEquals(expected, answer.toString(), variant);
        }
    }

    @Test
    void shouldNameTheLoopsThereAre() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Loops.variant(Workload.W1, "rows"));
        assertTrue(e.getMessage().contains("[records, columns, reference]"), e.getMessage());
    }

    @Test
    void shouldReadAnAnswerBack() {
        Answer answer = new Answer(3, -1);
        assertEquals(answer, Answer.parse(answer.toString()));
    }
}
