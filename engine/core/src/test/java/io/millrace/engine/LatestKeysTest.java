package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The keys of events that wait in front of a ring. */
class LatestKeysTest {
    /** Whatever their hashes: a text is never taken for another, and while no other goes it is found. */
    @Test
    void shouldTellTextsOfOneHashApart() {
        Random random = new Random(5);
        LatestKeys keys = new LatestKeys(40, 2, 7);
        List<String> bySlot = new ArrayList<>(Collections.nCopies(40, null));
        for (int i = 0; i < 5_000; i++) {
            String text = "" + (char) ('a' + random.nextInt(60));
            ConflateKey key = new ConflateKey(2, 7) {
                @Override
                long number() {
                    return text.charAt(0) % 3; // nearly all fall together
                }
            }.text(text);
            int slot = random.nextInt(40);
            int found = keys.find(key);
            assertTrue(found == LatestIndex.NONE || text.equals(bySlot.get(found)), text);
            if (bySlot.get(slot) != null) {
                keys.remove(slot);
                bySlot.set(slot, null);
            } else if (found == LatestIndex.NONE) {
                keys.put(key, slot);
                bySlot.set(slot, text);
                assertEquals(slot, keys.find(key));
            }
        }
    }

    @Test
    void shouldFindKeysThatFallTogether() {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            int most = 1 + random.nextInt(30);
            LatestIndex index = new LatestIndex(most, seed);
            Map<Long, Integer> oracle = new HashMap<>();
            for (int i = 0; i < 5_000; i++) {
                long key = random.nextInt(60);
                if (oracle.containsKey(key)) {
                    index.remove(key);
                    oracle.remove(key);
                } else if (oracle.size() < most) {
                    index.put(key, i);
                    oracle.put(key, i);
                }
                for (long k = 0; k < 60; k += 1 + random.nextInt(9)) {
                    assertEquals(oracle.getOrDefault(k, LatestIndex.NONE), index.find(k), "seed " + seed);
                }
            }
        }
    }
}
