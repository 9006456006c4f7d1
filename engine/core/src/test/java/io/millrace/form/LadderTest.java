package io.millrace.form;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Imports go down: the packages of the engine stand on a ladder, and a package imports its own rung or a lower one.
 *
 * <p>Each rule is shown to fail on the Disruptor, which has what we ban: package cycles, imports that go up, and its own
 * types in its signatures.
 */
class LadderTest {
    private static final String ROOT = "io.millrace";

    /** From the bottom to the top. A new package is entered here. */
    private static final List<Set<String>> RUNGS = List.of(
            Set.of("event", "lineage"),
            Set.of("metric", "operator", "transport", "journal", "state", "time"),
            Set.of("topology"),
            Set.of("plan"),
            Set.of("runtime"),
            Set.of("engine"));

    private static final String RUNTIME = ROOT + ".runtime";
    private static final String DISRUPTOR = "com.lmax.disruptor";

    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(ROOT);

    @Test
    void shouldImportDownwards() {
        ladder(ROOT, RUNGS).check(ENGINE);
    }

    @Test
    void shouldHaveNoPackageCycle() {
        noCycle(ROOT + ".(**)").check(ENGINE);
        noCycle(ROOT + ".(*)..").check(ENGINE);
    }

    @Test
    void shouldNameNoDisruptorTypeInPublicSignatures() {
        silentAbout(DISRUPTOR).check(ENGINE);
    }

    /** Its types are public for the packages of this jar, and for the test driver; a user never has one in hand. */
    @Test
    void shouldNameNoTypeOfTheRuntimeInPublicSignatures() {
        silentAbout(RUNTIME).check(outside(RUNTIME));
    }

    /** What keeps state is for who writes an operator; who runs a topology meets these. */
    @Test
    void shouldNameOfStateOnlyWhatAUserHandsOverOrCatches() {
        Set<String> met = Set.of("Migration", "RowMigration", "StateException");
        silentAbout(ROOT + ".state", type -> met.contains(type.getSimpleName()))
                .check(outside(ROOT + ".state", RUNTIME, ROOT + ".operator", ROOT + ".time"));
    }

    @Test
    void shouldSeeATypeThatIsHidden() {
        assertTrue(fails(silentAbout(ROOT + ".state"), outside(ROOT + ".state", RUNTIME)), "of operators");
        assertTrue(fails(silentAbout(ROOT + ".plan"), outside(ROOT + ".plan")), "Setup.plan()");
    }

    private static JavaClasses outside(String... packages) {
        return ENGINE.that(DescribedPredicate.describe(
                "outside of " + List.of(packages), type -> Stream.of(packages).noneMatch(p -> within(p, type))));
    }

    @Test
    void shouldFailOnTheDisruptor() {
        JavaClasses disruptor = new ClassFileImporter().importPackages(DISRUPTOR);
        assertFalse(disruptor.isEmpty(), "the Disruptor is on the class path");
        List<Set<String>> wrong = List.of(Set.of("util"), Set.of(""), Set.of("dsl"));
        assertTrue(fails(ladder(DISRUPTOR, wrong), disruptor), "util imports upwards");
        assertFalse(fails(ladder(DISRUPTOR, List.of(Set.of("", "util", "dsl"))), disruptor), "all on one rung");
        assertTrue(fails(ladder(DISRUPTOR, List.of(Set.of("", "util"))), disruptor), "dsl has no rung");
        assertTrue(fails(noCycle("com.lmax.(**)"), disruptor), "cycles");
        assertTrue(fails(silentAbout(DISRUPTOR), disruptor), "signatures");
    }

    private static boolean fails(ArchRule rule, JavaClasses classes) {
        return rule.evaluate(classes).hasViolation();
    }

    private static ArchRule noCycle(String packages) {
        return slices().matching(packages).should().beFreeOfCycles().allowEmptyShould(true);
    }

    private static ArchRule ladder(String root, List<Set<String>> rungs) {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should(new ArchCondition<>("import their own rung or a lower one of " + rungs) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        int own = rung(root, rungs, type);
                        if (own < 0) {
                            events.add(SimpleConditionEvent.violated(type, type.getName() + " stands on no rung"));
                        }
                        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                            JavaClass target = dependency.getTargetClass().getBaseComponentType();
                            if (within(root, target) && rung(root, rungs, target) > own) {
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                            }
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    private static ArchRule silentAbout(String hidden) {
        return silentAbout(hidden, type -> false);
    }

    private static ArchRule silentAbout(String hidden, Predicate<JavaClass> but) {
        return classes()
                .that()
                .resideOutsideOfPackage("..internal..")
                .should(new ArchCondition<>("name no type of " + hidden + " in a public signature") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (open(type)) {
                            signature(type)
                                    .flatMap(named -> named.getAllInvolvedRawTypes().stream())
                                    .map(JavaClass::getBaseComponentType)
                                    .filter(named -> within(hidden, named) && !but.test(named))
                                    .distinct()
                                    .map(named -> type.getName() + " names " + named.getName())
                                    .forEach(line -> events.add(SimpleConditionEvent.violated(type, line)));
                        }
                    }
                })
                .allowEmptyShould(true);
    }

    /** The types a user of this type has to know: what it extends, and what its open members name. */
    private static Stream<JavaType> signature(JavaClass type) {
        Stream<JavaType> above = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        Stream<JavaType> bounds = type.getTypeParameters().stream().flatMap(p -> p.getUpperBounds().stream());
        Stream<JavaType> fields = type.getFields().stream()
                .filter(field -> open(field.getModifiers()))
                .map(JavaField::getType);
        Stream<JavaType> members = type.getCodeUnits().stream()
                .filter(member -> open(member.getModifiers()))
                .flatMap(LadderTest::signature);
        return Stream.of(above, bounds, fields, members).flatMap(types -> types);
    }

    private static Stream<JavaType> signature(JavaCodeUnit member) {
        Stream<JavaType> bounds = member.getTypeParameters().stream().flatMap(p -> p.getUpperBounds().stream());
        Stream<JavaType> thrown = member.getThrowsClause().getTypes().stream().map(t -> t);
        Stream<JavaType> taken = member.getParameterTypes().stream();
        return Stream.of(Stream.of(member.getReturnType()), taken, thrown, bounds)
                .flatMap(types -> types);
    }

    private static boolean open(JavaClass type) {
        return open(type.getModifiers())
                && type.getEnclosingClass().map(LadderTest::open).orElse(true);
    }

    private static boolean open(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static boolean within(String root, JavaClass type) {
        return (type.getPackageName() + ".").startsWith(root + ".");
    }

    /** The rung of a type's package, the first name below the root; -1 when it has none. */
    private static int rung(String root, List<Set<String>> rungs, JavaClass type) {
        String below = (type.getPackageName() + ".").substring(root.length() + 1);
        String name = below.isEmpty() ? "" : below.substring(0, below.indexOf('.'));
        for (int i = 0; i < rungs.size(); i++) {
            if (rungs.get(i).contains(name)) {
                return i;
            }
        }
        return -1;
    }
}
