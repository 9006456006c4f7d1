package io.millrace.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.event.Output;
import io.millrace.operator.GivenDigest;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator was given, as it is kept and compared. */
class ConstantsTest {
    private static final String DIGITS = "0123456789abcdef".repeat(4);

    private static TopologyNode node(Map<String, String> digests) {
        TrialOp op = TrialOp.pass(1);
        op.word = "score";
        op.settings = Map.of("model", "of a file");
        op.digests = digests;
        GraphBuilder g = new GraphBuilder("constants");
        Port scored = g.operator("risk", op, null, "T.java:1", g.source(Num.input("in"), ""));
        g.sink(Output.of("out", Num.TYPE), scored, "");
        return g.build().nodes().get(1);
    }

    @Test
    void shouldKeepWhatAModelComputesInPlaceOfWhereItIsFrom() {
        assertEquals(
                Map.of("model", GivenDigest.kept(DIGITS)),
                node(Map.of("model", DIGITS)).constants());
    }

    @Test
    void shouldRefuseADigestOfWhatIsNoSetting() {
        IllegalStateException e = assertThrows(
                IllegalStateException.class, () -> node(Map.of("modle", DIGITS)).constants());
        assertEquals(
                "risk (T.java:1): score has digests for [modle], but its settings are [model]; name "
                        + "each digest after its setting",
                e.getMessage());
    }
}
