package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.operators.FlatType.Flat;
import io.millrace.operators.LookUpTest.Payment;
import io.millrace.operators.LookUpTest.Profile;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.TopologyException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is wrong with a look-up is said when the topology is built. */
class LookUpProblemsTest {
    record Part(
            @Length(4_096) String a,
            @Length(4_096) String b,
            @Length(4_096) String c,
            @Length(4_096) String d) {}

    record Wide(long card, Part a, Part b, Part c, Part d) {}

    static final Input<Payment> PAYMENTS = LookUpTest.PAYMENTS;
    static final Input<Profile> PROFILES = LookUpTest.PROFILES;

    private static String problems(Consumer<TopologyBuilder> definition) {
        return assertThrows(TopologyException.class, () -> Millrace.topology("wrong", definition))
                .getMessage();
    }

    private static KeyedStream<Payment> byCard(TopologyBuilder t) {
        return t.from(PAYMENTS).keyBy(Payment::card);
    }

    @Test
    void shouldRefuseAnotherKindOfKeyAndNameBothLines() {
        String wrong = problems(t -> byCard(t).lookup("profile", t.tableByText("p", PROFILES, Profile::country)));
        assertTrue(wrong.contains("profile (LookUpProblemsTest.java"), wrong);
        assertTrue(wrong.contains("different kinds, long (LookUpProblemsTest.java"), wrong);
    }

    @Test
    void shouldRefuseRowsWithoutALayout() {
        String wrong = problems(t -> byCard(t)
                .lookup(
                        "profile",
                        t.table("p", t.from(PROFILES).keyBy(Profile::card).map(p -> new Object()))));
        assertTrue(wrong.contains("untyped"), wrong);
    }

    @Test
    void shouldRefuseADefaultThatDoesNotFit() {
        Profile none = new Profile(1, 1, 1, "far too long");
        String wrong = problems(t -> byCard(t).lookup("profile", t.table("p", PROFILES, Profile::card), none));
        assertTrue(wrong.contains("default row") && wrong.contains("far too long"), wrong);
    }

    @Test
    void shouldRefuseADefaultThatIsAView() {
        KeyInfo key = new KeyInfo("long", 0, 0, "");
        LookUp<Flat, Flat> lookup = LookUp.<Flat, Flat>of(key, FlatType.FLAT).orElse(new Flat());
        assertTrue(lookup.problems(List.of(FlatType.FLAT, FlatType.FLAT)).get(0).contains("would be a view"));
        assertEquals(8 * (1 + 1 + 4), lookup.bytesPerKey());
    }

    @Test
    void shouldRefuseRowsThatDoNotFitAPage() {
        Input<Wide> wide = Input.of("wide", Wide.class);
        String wrong = problems(t -> byCard(t).lookup("wide", t.table("w", wide, Wide::card)));
        assertTrue(wrong.contains("at most 65520 can be kept"), wrong);
    }

    @Test
    void shouldRefuseTwoTablesOfOneName() {
        String wrong = problems(t -> {
            Table<Profile> first = t.table("p", PROFILES, Profile::card);
            byCard(t).lookup("a", first).lookup("b", t.table("p", PROFILES, Profile::card));
        });
        assertTrue(wrong.contains("table 'p' (LookUpProblemsTest.java"), wrong);
        assertTrue(problems(t -> t.table(" ", PROFILES, Profile::card)).contains("is not a valid name"));
    }

    @Test
    void shouldRefuseABoundBelowOne() {
        assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "bound", t -> t.table("p", PROFILES, Profile::card).keysAtMost(0)));
    }

    @Test
    void shouldShowItsBoundAndDefault() {
        LookUp<Payment, Profile> lookup = LookUp.<Payment, Profile>of(
                        new KeyInfo("long", 0, 5, ""), EventType.of(Profile.class))
                .orElse(LookUpTest.profile(1, 2));
        assertEquals("5", lookup.settings().get("keys at most"));
        assertTrue(lookup.settings().get("default").startsWith("Profile["));
    }
}
