package io.millrace.operators.score;

import java.io.IOException;

/**
 * Reads the text that LightGBM's {@code save_model} writes: a line {@code tree}, a head of {@code key=value} lines, one
 * block a tree that begins with {@code Tree=0}, {@code Tree=1} and so on, and a line {@code end of trees}. What follows
 * (importances, parameters) does not score and is not read.
 *
 * <p>Each tree is checked and laid out before the next is read. {@code tree_sizes}, byte lengths that the library jumps
 * by, is only counted: it tells a file that lost whole trees.
 */
final class LightGbmReader {
    static final int TREES_MAX = 100_000;

    private static final String TREE = "Tree=";
    private static final String END = "end of trees";
    private static final String COPY_AGAIN = "copy or save the whole file again";

    private final ModelLines lines;
    private Line line;

    LightGbmReader(ModelLines lines) {
        this.lines = lines;
    }

    GradientBoostedTrees read() throws IOException {
        advance("front of the first line");
        if (!line.text().equals("tree")) {
            throw line.refuse("this is no LightGBM model", line.text(), "the first line of its text form is `tree`");
        }
        String source = line.source();
        LightGbmHead head = LightGbmHead.of(section("the head"));
        PackedTrees trees = new PackedTrees();
        while (!line.text().equals(END)) {
            checkNumber(trees.count());
            Section block = section("tree " + trees.count());
            trees.add(new LightGbmTree(block, head.features().size()));
        }
        checkCount(trees.count(), head);
        return new GradientBoostedTrees(head, trees, source);
    }

    /** Collects from the line after the present one up to the next tree or the end of trees. */
    private Section section(String name) throws IOException {
        Section section = new Section(line, name);
        for (advance(name); !startsSection(); advance(name)) {
            if (!line.hasValue()) {
                throw flag();
            }
            section.add(line);
        }
        return section;
    }

    private boolean startsSection() {
        return line.text().startsWith(TREE) || line.text().equals(END);
    }

    private void advance(String where) throws IOException {
        line = lines.next();
        if (line == null) {
            throw lines.truncated("in " + where + ", no line `" + END + "`", COPY_AGAIN);
        }
    }

    /** A line without a value changes what the trees mean, or is damage: never skipped. */
    private ModelFormatException flag() {
        if (line.text().equals("average_output")) {
            return line.refuse(
                    "a random forest's average is not supported",
                    line.text(),
                    "train with boosting=gbdt, dart or goss");
        }
        return line.refuse("this is no key=value line", line.text(), COPY_AGAIN);
    }

    private void checkNumber(int expected) throws IOException {
        if (!line.value().equals(Integer.toString(expected))) {
            throw line.refuse(
                    "the trees are not numbered in order", line.text(), "tree " + expected + " must come here");
        }
        if (expected == TREES_MAX) {
            throw line.refuse("there are too many trees", "more than " + TREES_MAX, "train with fewer iterations");
        }
    }

    private void checkCount(int trees, LightGbmHead head) throws ModelFormatException {
        if (trees == 0) {
            throw line.refuse("the model has no trees", "0", "train it with at least one iteration");
        }
        if (head.announced() >= 0 && head.announced() != trees) {
            throw line.refuse(
                    "tree_sizes announces another number of trees", head.announced() + ", found " + trees, COPY_AGAIN);
        }
    }
}
