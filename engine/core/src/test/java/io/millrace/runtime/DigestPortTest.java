package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Bytes;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Output;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestComparison;
import io.millrace.metric.DigestOptions;
import io.millrace.metric.Hash64;
import io.millrace.metric.OutputDigest;
import io.millrace.operator.Flow;
import io.millrace.trial.Num;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestPortTest {
    private static final Output<Num> OUT = Output.of("out", Num.TYPE);

    /** A run of one output: puts at places of the order. */
    private static final class Puts {
        private final Output<Num> output;
        private final DigestPort port;
        private final TreeMap<Long, OutputDigest.Checkpoint> after = new TreeMap<>();
        private final Flow flow = new Flow();
        private final byte[] bytes = new byte[32];
        private long entries;
        private long taken;

        Puts(Output<Num> output, int every) {
            this.output = output;
            port = new DigestPort(output, 0, every, f -> taken++);
        }

        void put(long entry, long value) {
            put(entry, 0, EntryForm.INSERT, entry, value);
        }

        void put(long entry, int ordinal, EntryForm form, long timeNs, long value) {
            flow.begin(entry, 1, null, 0);
            flow.ordinal(ordinal);
            flow.form(form);
            flow.timeNs(timeNs);
            Bytes.putLong(bytes, 8, value);
            flow.value(null, bytes, 0, 16);
            port.accept(flow);
            after.put(entry, new OutputDigest.Checkpoint(entry + 1, port.events(), port.hash()));
        }

        OutputDigest now(long upTo) {
            entries = Math.max(entries, upTo);
            DigestPort.Copy copy = new DigestPort.Copy();
            port.copyInto(copy);
            return copy.digest(output.name());
        }

        Digest digest(long upTo) {
            return new Digest("t", upTo, List.of(now(upTo)), List.of());
        }
    }

    @Test
    void shouldTellTwoRunsApartByAnythingThatTravelsWithAnOutput() {
        Set<Long> hashes = new HashSet<>();
        for (int what = 0; what < 6; what++) {
            Puts run = new Puts(OUT, 4);
            run.put(
                    what == 1 ? 6 : 5,
                    what == 2 ? 1 : 0,
                    what == 3 ? EntryForm.RETRACTION : EntryForm.INSERT,
                    what == 4 ? 8 : 7,
                    what == 5 ? -1 : 3);
            hashes.add(run.now(10).hash());
            assertEquals(1, run.taken);
        }
        assertEquals(6, hashes.size());
    }

    @Test
    void shouldTakeEachByteAndTheLengthIntoAHash() {
        Random random = new Random(1);
        for (int length = 0; length < 70; length++) {
            byte[] bytes = new byte[length + 2];
            random.nextBytes(bytes);
            long whole = Hash64.add(7, bytes, 1, length);
            assertTrue(Hash64.add(7, new byte[80], 0, length) != Hash64.add(7, new byte[80], 0, length + 1), "nothing");
            assertTrue(whole != Hash64.add(7, bytes, 1, length + 1) && whole != Hash64.add(8, bytes, 1, length));
            for (int i = 0; i < length; i++) {
                bytes[1 + i] ^= 1;
                assertTrue(whole != Hash64.add(7, bytes, 1, length), "byte " + i + " of " + length);
                bytes[1 + i] ^= 1;
            }
            assertEquals(whole, Hash64.add(7, bytes.clone(), 1, length));
        }
        // of the same on every machine: nobody may change it without another number in the file
        assertEquals(-7849431886830742312L, Hash64.add(Hash64.SEED, "millrace"));
    }

    /** Checkpoints against the whole list of what the hash was behind each put, through many a thinning out. */
    @Test
    void shouldKnowWhatAnOutputHadPutOutBeforeAnyCheckpoint() {
        for (int seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            int every = 1 << random.nextInt(4);
            Puts run = new Puts(OUT, every);
            long entry = 0;
            int gap = 1 + random.nextInt(40);
            for (int i = 0; i < 5000; i++) {
                entry += random.nextInt(50) == 0 ? random.nextInt(3000) : random.nextInt(gap);
                run.put(entry, random.nextLong());
            }
            OutputDigest d = run.now(entry + 1);
            assertTrue(d.checkpoints().size() <= DigestPort.KEPT, "bounded");
            assertTrue(
                    d.checkpoints().size() > DigestPort.KEPT / 8,
                    "and not wasted: " + d.checkpoints().size());
            long hashBefore = new Puts(OUT, every).port.hash();
            OutputDigest.Checkpoint none = new OutputDigest.Checkpoint(0, 0, hashBefore);
            for (long before = d.every(); before <= entry; before += d.every()) {
                Map.Entry<Long, OutputDigest.Checkpoint> last = run.after.lowerEntry(before);
                OutputDigest.Checkpoint expected = last == null ? none : last.getValue();
                assertEquals(expected.events(), d.before(before).events(), "before " + before + " of seed " + seed);
                assertEquals(expected.hash(), d.before(before).hash(), "before " + before + " of seed " + seed);
            }
            assertEquals(run.port.hash(), d.before(entry + 1).hash(), "at the end");
        }
    }

    @Test
    void shouldFindTheStretchInWhichTwoRunsFirstDiffer() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Puts a = new Puts(OUT, 1 << random.nextInt(5));
            Puts b = new Puts(OUT, 1 << random.nextInt(5));
            int puts = 1 + random.nextInt(3000);
            int at = random.nextInt(4) == 0 ? Integer.MAX_VALUE : random.nextInt(puts);
            boolean missing = random.nextBoolean();
            boolean healed = random.nextBoolean(); // the difference is one put: what comes behind is the same again
            long entry = 0;
            long differs = -1;
            for (int i = 0; i < puts; i++) {
                entry += 1 + random.nextInt(9);
                a.put(entry, i);
                differs = i == at ? entry : differs;
                if (i != at) {
                    b.put(entry, i > at && !healed ? -i : i);
                } else if (!missing) {
                    b.put(entry, ~i);
                }
            }
            long end = entry + 1 + random.nextInt(9);
            Optional<DigestComparison.Interval> found = DigestComparison.compare(a.digest(end), b.digest(end));
            assertEquals(differs >= 0, found.isPresent(), "seed " + seed);
            if (found.isPresent()) {
                long from = found.get().from();
                long to = found.get().to();
                assertTrue(from <= differs && differs < to, differs + " in " + found + " of seed " + seed);
                long step = Math.max(a.now(end).every(), b.now(end).every());
                assertTrue(to - from <= step, found + " is as close as checkpoints stand: " + step);
            }
            assertEquals(found, DigestComparison.compare(b.digest(end), a.digest(end)));
        }
    }

    @Test
    void shouldNameTheOutputsThatDifferFirst() {
        Puts early = new Puts(OUT, 8);
        Puts late = new Puts(Output.of("later", Num.TYPE), 8);
        Puts other = new Puts(Output.of("later", Num.TYPE), 8);
        Puts changed = new Puts(OUT, 8);
        for (int i = 0; i < 40; i++) {
            early.put(i, i);
            changed.put(i, i == 12 ? 0 : i);
            late.put(i, i);
            other.put(i, i == 30 ? 0 : i);
        }
        Digest a = new Digest("t", 40, List.of(early.now(40), late.now(40)), List.of());
        Digest b = new Digest("t", 40, List.of(changed.now(40), other.now(40)), List.of());
        assertEquals(Optional.of(new DigestComparison.Interval(8, 16, List.of("out"))), DigestComparison.compare(a, b));
    }

    @Test
    void shouldCompareARunThatEndedSoonerAsFarAsItGoes() {
        Puts a = new Puts(OUT, 8);
        Puts b = new Puts(OUT, 8);
        for (int i = 0; i < 40; i++) {
            a.put(i, i);
        }
        for (int i = 0; i < 30; i++) {
            b.put(i, i < 20 ? i : -i);
        }
        assertEquals(
                Optional.of(new DigestComparison.Interval(16, 24, List.of("out"))),
                DigestComparison.compare(a.digest(40), b.digest(30)));
        Puts c = new Puts(OUT, 8);
        for (int i = 0; i < 30; i++) {
            c.put(i, i);
        }
        assertEquals(Optional.empty(), DigestComparison.compare(a.digest(40), c.digest(30)));
    }

    @Test
    void shouldWriteADigestAndReadItBack(@TempDir Path dir) throws IOException {
        Puts run = new Puts(OUT, 4);
        for (int i = 0; i < 100; i += 3) {
            run.put(i, -i);
        }
        Digest d = run.digest(100);
        Path file = dir.resolve("digest");
        d.write(file);
        assertEquals(d, Digest.read(file));
        assertTrue(d.toString().startsWith("topology t: 100 entries, 34 outputs, digest "), d.toString());

        List<String> lines = Files.readAllLines(file);
        List<List<String>> spoiled = new ArrayList<>();
        spoiled.add(List.of("something else"));
        spoiled.add(lines.subList(0, 9));
        spoiled.add(new ArrayList<>(lines));
        spoiled.get(2).add("0 0 0");
        spoiled.add(new ArrayList<>(lines));
        spoiled.get(3).set(5, "8 x 0");
        for (List<String> s : spoiled) {
            Files.write(file, s);
            String said =
                    assertThrows(IOException.class, () -> Digest.read(file)).getMessage();
            assertTrue(said.startsWith("digest " + file + ", line "), said);
        }
    }

    @Test
    void shouldRefuseRunsOfDifferentTopologiesAndOptionsWithoutSense() {
        Digest a = new Puts(OUT, 8).digest(1);
        Digest b = new Puts(Output.of("other", Num.TYPE), 8).digest(1);
        assertThrows(IllegalArgumentException.class, () -> DigestComparison.compare(a, b));
        assertThrows(IllegalArgumentException.class, () -> DigestOptions.every(0));
        assertThrows(IllegalArgumentException.class, () -> DigestOptions.every(12));
        assertThrows(
                IllegalArgumentException.class, () -> DigestOptions.every(8).withTrace(5, 4));
    }

    @Test
    void shouldGoOnWhereAValueDoesNotFitItsLayout() {
        EventType<Num> type = Num.TYPE;
        DigestPort port = new DigestPort(Output.of("out", type), 0, 8, f -> {});
        Flow flow = new Flow();
        flow.begin(1, 1, null, 0);
        flow.value(null); // has no bytes, and cannot be encoded
        port.accept(flow);
        DigestPort.Copy copy = new DigestPort.Copy();
        port.copyInto(copy);
        assertEquals(1, copy.digest("out").unreadable());
        assertEquals(1, copy.digest("out").events());
    }
}
