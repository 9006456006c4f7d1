package io.millrace.examples.fraud.generate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a model as LightGBM does (text format v4), so that LightGBM and whoever reads its files can use it. */
final class LightGbmText {
    private static final int DEFAULT_LEFT = 2;
    private static final int MISSING_IS_NAN = 8;

    private LightGbmText() {}

    static String of(BoostedTrees model, BinnedRows trainedOn) {
        List<Tree> trees = model.trees();
        List<String> blocks = IntStream.range(0, trees.size())
                .mapToObj(i -> block(i, trees.get(i)))
                .toList();
        String sizes = joined(blocks, block -> block.getBytes(StandardCharsets.US_ASCII).length);
        return header(trainedOn) + line("tree_sizes", sizes) + "\n" + String.join("", blocks)
                + "end of trees\n\nfeature_importances:\n" + importances(trees) + "\n";
    }

    private static String header(BinnedRows rows) {
        List<FeatureBins> bins =
                IntStream.range(0, rows.features()).mapToObj(rows::bins).toList();
        return "tree\n"
                + line("version", "v4")
                + line("num_class", "1")
                + line("num_tree_per_iteration", "1")
                + line("label_index", "0")
                + line("max_feature_idx", Integer.toString(rows.features() - 1))
                + line("objective", "binary sigmoid:1")
                + line("feature_names", String.join(" ", ReferenceFeatures.NAMES))
                + line("feature_infos", joined(bins, LightGbmText::range));
    }

    /** One tree with the two blank lines behind it, all of which count for its size. */
    private static String block(int index, Tree tree) {
        List<Tree.Branch> branches = tree.branches();
        List<Tree.Leaf> leaves = tree.leaves();
        return line("Tree", Integer.toString(index))
                + line("num_leaves", Integer.toString(leaves.size()))
                + line("num_cat", "0")
                + line(
                        "split_feature",
                        joined(branches, branch -> branch.split().feature()))
                + line(
                        "split_gain",
                        joined(
                                branches,
                                branch -> Decimals.sixDigits(branch.split().gain())))
                + line("threshold", joined(branches, branch -> threshold(branch.split())))
                + line("decision_type", joined(branches, branch -> decisionType(branch.split())))
                + line("left_child", joined(branches, Tree.Branch::left))
                + line("right_child", joined(branches, Tree.Branch::right))
                + line("leaf_value", joined(leaves, LightGbmText::value))
                + line("leaf_weight", joined(leaves, leaf -> Decimals.sixDigits(leaf.weight())))
                + line("leaf_count", joined(leaves, Tree.Leaf::count))
                + line("internal_value", joined(branches, branch -> value(branch.merged())))
                + line(
                        "internal_weight",
                        joined(
                                branches,
                                branch -> Decimals.sixDigits(branch.merged().weight())))
                + line(
                        "internal_count",
                        joined(branches, branch -> branch.merged().count()))
                + line("is_linear", "0")
                // LightGBM writes 1 where a base score is in the leaves, which no rate may shrink.
                + line("shrinkage", index == 0 ? "1" : Decimals.sixDigits(BoostedTrees.RATE))
                + "\n\n";
    }

    private static String importances(List<Tree> trees) {
        int[] splits = new int[ReferenceFeatures.NAMES.size()];
        trees.forEach(
                tree -> tree.branches().forEach(branch -> splits[branch.split().feature()]++));
        return IntStream.range(0, splits.length)
                .filter(i -> splits[i] > 0)
                .boxed()
                .sorted((a, b) -> splits[b] - splits[a])
                .map(i -> line(ReferenceFeatures.NAMES.get(i), Integer.toString(splits[i])))
                .collect(Collectors.joining());
    }

    private static String range(FeatureBins bins) {
        return "[" + Decimals.sixDigits(bins.min()) + ":" + Decimals.sixDigits(bins.max()) + "]";
    }

    private static String threshold(Split split) {
        return Decimals.text(split.threshold(), FeatureBins.BOUND_PLACES);
    }

    private static int decisionType(Split split) {
        return (split.missingLeft() ? DEFAULT_LEFT : 0) + (split.missing() ? MISSING_IS_NAN : 0);
    }

    private static String value(Tree.Leaf leaf) {
        return Decimals.text(leaf.value(), BoostedTrees.VALUE_PLACES);
    }

    private static String line(String name, String value) {
        return name + "=" + value + "\n";
    }

    private static <T> String joined(List<T> items, Function<T, Object> text) {
        return items.stream().map(text).map(Object::toString).collect(Collectors.joining(" "));
    }
}
