package io.millrace.bench.nexmark.generate;

import io.millrace.bench.nexmark.row.RowWriter;

/** Where bids come from: half of them from four channels, the others from ten thousand. */
final class Channels {
    private static final String[] HOT = {"Google", "Facebook", "Baidu", "Apple"};
    private static final int HOT_RATIO = 2;
    private static final int OTHERS = 10_000;
    private static final int TEN = 10;
    private static final int WITH_NUMBER_OF_TEN = 9;
    private static final int FOLDERS = 3;
    private static final int FOLDER_LETTERS = 5;

    private final SplitMix random;
    private final String[] hotUrls = new String[HOT.length];
    private final String[] names = new String[OTHERS];
    private final String[] urls = new String[OTHERS];

    Channels(long seed, SplitMix random) {
        this.random = random;
        SplitMix own = new SplitMix(~seed);
        Texts words = new Texts(seed, own);
        for (int i = 0; i < HOT.length; i++) {
            hotUrls[i] = url(words);
        }
        for (int i = 0; i < OTHERS; i++) {
            names[i] = "channel-" + i;
            String number = "&channel_id=" + (Integer.reverse(i) & Integer.MAX_VALUE);
            urls[i] = url(words) + (own.below(TEN) < WITH_NUMBER_OF_TEN ? number : "");
        }
    }

    private static String url(Texts words) {
        StringBuilder url = new StringBuilder("https://www.nexmark.com/");
        for (int i = 0; i < FOLDERS; i++) {
            words.shortText(url, FOLDER_LETTERS, '_').append('/');
        }
        return url.append("item.htm?query=1").toString();
    }

    /** Fills channel and address. */
    void put(RowWriter into) {
        if (random.below(HOT_RATIO) > 0) {
            int which = random.below(HOT.length);
            into.text(HOT[which]).text(hotUrls[which]);
        } else {
            int which = random.below(OTHERS);
            into.text(names[which]).text(urls[which]);
        }
    }
}
