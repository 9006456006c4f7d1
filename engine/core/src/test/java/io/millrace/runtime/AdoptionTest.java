package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.runtime.TopologyForm.NodeForm;
import io.millrace.state.Migration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdoptionTest {
    private static NodeForm node(String kind, String title, String... inputs) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put(TopologyForm.INPUTS, List.of(inputs).toString());
        words.put(TopologyForm.SECTION, "null");
        return new NodeForm(kind, title, "trial", 1, kind.equals("operator"), true, words);
    }

    private static TopologyForm form(NodeForm... nodes) {
        return new TopologyForm("t", 1, 1, "[0]", List.of(nodes));
    }

    private static Adoption adoption(TopologyForm is, Migration how) {
        TopologyForm was = form(node("input", "in"), node("operator", "a", "in"), node("operator", "x", "a"));
        Adoption result = Adoption.of(was, is, how);
        assertEquals(List.of(), result.refusals());
        return result;
    }

    @Test
    void shouldSeeThatANodeIsFedByAnotherWhateverThatIsCalled() {
        NodeForm in = node("input", "in");
        Adoption renamed = adoption(
                form(in, node("operator", "b", "in"), node("operator", "x", "b")),
                Migration.none().rename("a", "b"));
        assertFalse(renamed.isRewired("operator", "x"));
        Adoption another = adoption( // the new one has got the old one's name, so that what it feeds looks as it did
                form(in, node("operator", "b", "in"), node("operator", "a", "in"), node("operator", "x", "a")),
                Migration.none().rename("a", "b").startEmpty("a"));
        assertTrue(another.isRewired("operator", "x"));
    }
}
