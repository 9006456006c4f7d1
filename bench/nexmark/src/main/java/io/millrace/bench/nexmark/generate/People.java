package io.millrace.bench.nexmark.generate;

import io.millrace.bench.nexmark.row.RowWriter;

/** Names, addresses and cards. */
final class People {
    private static final String[] FIRST_NAMES = {
        "peter", "paul", "luke", "john", "saul", "vicky", "kate", "julie", "sarah", "deiter", "walter"
    };
    private static final String[] LAST_NAMES = {
        "shultz", "abrams", "spencer", "white", "bartels", "walton", "smith", "jones", "noris"
    };
    private static final String[] CITIES = {
        "phoenix", "los angeles", "san francisco", "boise", "portland", "bend", "redmond", "seattle", "kent", "cheyenne"
    };
    private static final String[] STATES = {"az", "ca", "id", "or", "wa", "wy"};
    private static final int CARD_PARTS = 4;
    private static final int CARD_PART = 10_000;
    private static final int CARD_DIGITS = 4;
    private static final int NAME_LETTERS = 7;
    private static final int HOST_LETTERS = 5;

    private final SplitMix random;
    private final Texts texts;
    private final StringBuilder text = new StringBuilder();

    People(SplitMix random, Texts texts) {
        this.random = random;
        this.texts = texts;
    }

    /** Fills name, address, card, city and state; answers how long they are. */
    int put(RowWriter into) {
        text.setLength(0);
        int size = put(into, text.append(one(FIRST_NAMES)).append(' ').append(one(LAST_NAMES)));
        text.setLength(0);
        texts.shortText(texts.shortText(text, NAME_LETTERS, ' ').append('@'), HOST_LETTERS, ' ');
        size += put(into, text.append(".com"));
        text.setLength(0);
        for (int i = 0; i < CARD_PARTS; i++) {
            text.append(i == 0 ? "" : " ").append(CARD_PART + random.below(CARD_PART));
            text.deleteCharAt(text.length() - CARD_DIGITS - 1); // the 1 in front of four digits
        }
        size += put(into, text);
        String city = one(CITIES);
        String state = one(STATES);
        into.text(city).text(state);
        return size + city.length() + state.length();
    }

    private static int put(RowWriter into, StringBuilder value) {
        into.text(value);
        return value.length();
    }

    private String one(String[] of) {
        return of[random.below(of.length)];
    }
}
