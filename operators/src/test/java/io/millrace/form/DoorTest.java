package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A user who looks at the page of the words finds what is handed to them, wherever it stands. */
class DoorTest {
    private static final String WORDS = "io.millrace.dsl";
    private static final String OPERATORS = "io.millrace.operators";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(WORDS);

    @Test
    void shouldNameOnThePageOfTheWordsWhatTheyAreHandedAndGive() throws IOException {
        String page = Files.readString(Path.of("src/main/java/io/millrace/dsl/package-info.java"));
        Set<String> named = handedAndGiven();
        assertFalse(named.isEmpty());
        named.removeIf(page::contains);
        assertEquals(Set.of(), named, "types of signatures of words that package-info.java does not name");
    }

    /** Who writes a topology meets of the engine what is his: events, ports, topologies; and what an operator of his own is. */
    @Test
    void shouldNameNothingOfTheInsideInSignaturesOfWords() {
        Set<String> inside = named("io.millrace.");
        inside.removeIf(name -> name.startsWith(WORDS) || name.startsWith(OPERATORS));
        inside.removeIf(name -> name.startsWith("io.millrace.event."));
        assertEquals(
                Set.of(
                        "io.millrace.operator.Operator", // via
                        "io.millrace.operator.Outside", // dependsOn
                        "io.millrace.topology.KeyInfo", // operators of a shape, for another front end
                        "io.millrace.topology.Topology"),
                inside);
    }

    /** The top types of the operators that words name; functions stand in one. */
    private static Set<String> handedAndGiven() {
        return named(OPERATORS);
    }

    private static Set<String> named(String below) {
        return CLASSES.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getMethods().stream())
                .filter(word -> word.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(word -> involved(word).stream())
                .map(JavaClass::getBaseComponentType)
                .map(DoorTest::top)
                .filter(type -> (type.getPackageName() + ".").startsWith(below))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<JavaClass> involved(JavaMethod word) {
        Set<JavaClass> all = new HashSet<>(word.getReturnType().getAllInvolvedRawTypes());
        word.getParameterTypes().forEach(type -> all.addAll(type.getAllInvolvedRawTypes()));
        return all;
    }

    private static JavaClass top(JavaClass type) {
        return type.getEnclosingClass().map(DoorTest::top).orElse(type);
    }
}
