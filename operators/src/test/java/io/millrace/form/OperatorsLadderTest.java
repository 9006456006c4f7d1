package io.millrace.form;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Operators know what they are described with and what a node is handed: never the plan, the runtime, the engine. */
class OperatorsLadderTest {
    private static final List<String> OWN = List.of("io.millrace.dsl", "io.millrace.operators");

    private static final List<String> MAY_IMPORT = List.of(
            "io.millrace.dsl",
            "io.millrace.operators",
            "io.millrace.event",
            "io.millrace.error",
            "io.millrace.metric",
            "io.millrace.operator",
            "io.millrace.state",
            "io.millrace.time",
            "io.millrace.topology");

    /** What the rule watches; everything else (the JDK) may be imported. */
    private static final List<String> WATCHED = List.of("io.millrace", "com.lmax.disruptor");

    private static final JavaClasses OPERATORS = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(OWN);

    @Test
    void shouldKnowTheSpiOnly() {
        importOnly(MAY_IMPORT).check(OPERATORS);
    }

    @Test
    void shouldHaveNoPackageCycle() {
        noCycle("io.millrace.(**)").check(OPERATORS);
    }

    @Test
    void shouldFailOnTheDisruptor() {
        JavaClasses disruptor = new ClassFileImporter().importPackages("com.lmax.disruptor");
        assertFalse(disruptor.isEmpty(), "the Disruptor is on the class path");
        List<String> tooFew = List.of("com.lmax.disruptor.dsl", "com.lmax.disruptor.util");
        List<String> enough = List.of("com.lmax.disruptor");
        assertTrue(importOnly(tooFew).evaluate(disruptor).hasViolation(), "dsl imports its parent package");
        assertFalse(importOnly(enough).evaluate(disruptor).hasViolation(), "all within one root");
        assertTrue(noCycle("com.lmax.(**)").evaluate(disruptor).hasViolation(), "cycles");
    }

    private static ArchRule noCycle(String packages) {
        return slices().matching(packages).should().beFreeOfCycles().allowEmptyShould(true);
    }

    private static ArchRule importOnly(List<String> allowed) {
        return classes()
                .should(new ArchCondition<>("import only " + allowed) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        Stream<Dependency> wrong = type.getDirectDependenciesFromSelf().stream()
                                .filter(dependency -> within(WATCHED, dependency) && !within(allowed, dependency));
                        wrong.forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
                    }
                })
                .allowEmptyShould(true);
    }

    private static boolean within(List<String> roots, Dependency dependency) {
        String name = dependency.getTargetClass().getBaseComponentType().getPackageName() + ".";
        return roots.stream().anyMatch(root -> name.startsWith(root + "."));
    }
}
