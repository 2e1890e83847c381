package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is particular to Java sources.
class JavaValidationTest {
    private final Validation validation = new Validation();

    @Test
    void aJavaViolationStandsAtTheCharacterThatWasWritten() {
        Violation found = validation
                .standard("java", "class A {\n  String e = \"é\\u0041\"; Object p = new \\u0050rocessBuilder();\n}")
                .getFirst();

        assertThat(found.rule()).isEqualTo("java/process-creation");
        assertThat(found.path()).isEqualTo("Main.java");
        assertThat(found.line()).isEqualTo(2);
        assertThat(found.column()).isEqualTo(40);
    }

    @Test
    void commentsBlanksAndTextsMoveNoViolation() {
        String source =
                "/* \" */ class A { // '\n\t\t  String s = \"\"\"\n  \\\"\"\" /* \n  \"\"\"; char c = '\"'; /**/\r\n"
                        + "    Object/* é */p =  new /* \"\"\" */ ProcessBuilder(\"/*\"); /*/ new Runtime() /*/ }";

        assertThat(validation.standard("java", source))
                .extracting(Violation::rule, Violation::line, Violation::column)
                .containsExactly(tuple("java/process-creation", 5, 37));
        assertThat(validation.standard("java", "class A { /* new ProcessBuilder() }"))
                .isEmpty();
    }

    @Test
    void deeplyNestedJavaIsRefusedAndLeavesTheValidatorWorking() {
        String head = "class A { Object x = ";
        for (String open :
                List.of("(", "new int[]{", "!", "- ", "(int) ", "a[", "() -> ", "x = ", "b ? c : ", "f(", "1 + ")) {
            for (int depth : List.of(300, 30_000)) {
                assertThat(validation.standard("java", head + open.repeat(depth) + "1;}"))
                        .as(open + depth)
                        .extracting(Violation::rule)
                        .isSubsetOf("syntax/nesting");
            }
        }
        assertThat(validation.standard("java", head + "(".repeat(100_000)))
                .extracting(Violation::rule)
                .containsExactly("syntax/nesting");
        assertThat(validation.standard("java", "class A { " + "class B { ".repeat(5_000)))
                .extracting(Violation::rule)
                .containsExactly("syntax/nesting");
        assertThat(validation.standard(
                        "java", "class A { void f() { " + "if (a) b(); else ".repeat(20_000) + "c(); } }"))
                .extracting(Violation::rule)
                .isSubsetOf("syntax/nesting");
        assertThat(validation.standard("java", "class A { Object x = new ProcessBuilder(); }"))
                .isNotEmpty();
    }

    @Test
    void longJavaTextsAreReadWhole() {
        String sum = "class A { String s = \"a\"" + " + \"b\"".repeat(20_000) + "; Object p = new ProcessBuilder(); }";
        assertThat(validation.standard("java", sum))
                .extracting(Violation::rule)
                .containsExactly("java/process-creation");
    }

    @Test
    void whatOneJavaFileDeclaresAnotherKnows() {
        assertThat(validation.check(
                        "java",
                        PolicyLevel.STANDARD,
                        Validation.file(
                                "Main.java",
                                "class Main { public static void main(String[] a) { new Runtime().exec(Tool.NAME); } }"),
                        Validation.file("Runtime.java", "class Runtime { void exec(String s) { } }"),
                        Validation.file("Tool.java", "class Tool { static final String NAME = \"x\"; }")))
                .isEmpty();
        assertThat(validation.check(
                        "java",
                        PolicyLevel.STANDARD,
                        Validation.file(
                                "Main.java",
                                "class Main { void f() throws Exception { Tool.machine().exec(\"id\"); } }"),
                        Validation.file(
                                "Tool.java",
                                "class Tool { static Runtime machine() { return Runtime.getRuntime(); } }")))
                .extracting(Violation::path)
                .contains("Main.java");
    }
}
