package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Java that the compiler reads otherwise than it looks: another parser than its own could be led astray.
class JavaTricksTest {
    private final Validation validation = new Validation();

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Unicode escapes are read before anything else.
                "class A { Object p = new \\u0050rocessBuilder(\"id\"); }",
                "class A { Object p = new Proc\\uuuu0065ssBuilder(\"id\"); }",
                "class A { Object p = n\\u0065w\\u0009ProcessBuilder(\"id\"); }",
                "class A { String s = \"\\u0022; Object p = new ProcessBuilder(\"id\"); //\"; \n}",
                "class A { char c = '\\u005c''; Object p = new ProcessBuilder(\"id\"); // '\n }",
                "class A { // \\u000a Object p = new ProcessBuilder(\"id\");\n }",
                "class A { // \\u000d Object p = new ProcessBuilder(\"id\");\n }",
                "class A { /* \\u002a/ Object p = new ProcessBuilder(\"id\"); /* */ }",
                "class A { \\u002f* */ Object p = new ProcessBuilder(\"id\"); /* */ }",
                "class A \\u007b Object p \\u003d new ProcessBuilder\\u0028\"id\"\\u0029\\u003b \\u007d",
                "class A { String s = \"\\\\\\u0022; Object p = new ProcessBuilder(\"id\"); //\"; \n}",
                // Characters that a name does not count.
                "class A { Object p = new Process\u200bBuilder(\"id\"); }",
                "class A { Object p = new Process\\u00adBuilder(\"id\"); }",
                // Comments do not nest, and end nothing inside of texts.
                "class A { /* /* */ Object p = new ProcessBuilder(\"id\"); /* */ }",
                "class A { // /*\n Object p = new ProcessBuilder(\"id\"); /* */ }",
                "class A { String s = \"/*\"; Object p = new ProcessBuilder(\"id\"); String t = \"*/\"; }",
                "class A { /**/ Object p = new ProcessBuilder(\"id\"); /**/ }",
                "class A { /*/ */ Object p = new ProcessBuilder(\"id\"); /*/ */ }",
                "class A { // a\r Object p = new ProcessBuilder(\"id\"); }",
                // Text blocks end where their quotes are not escaped.
                "class A { String s = \"\"\"\n \\\"\"\" \"\"\"; Object p = new ProcessBuilder(\"id\"); String t = \"\"\"\n\"\"\"; }",
                "class A { String s = \"\"\"\n \\\\\"\"\"; Object p = new ProcessBuilder(\"id\"); String t = \"\"\"\n\"\"\"; }",
                "class A { String s = \"\"\"\t\n \"\" \"\"\"; Object p = new ProcessBuilder(\"id\"); }",
                "class A { String s = \"\\u0022\"\"\n\"\"\"; Object p = new ProcessBuilder(\"id\"); }",
                // What newer versions of the language brought.
                "class A { record P(int a, int b) {} Object f(Object o) { return o instanceof P(int _, var _) ? new ProcessBuilder(\"id\") : null; } }",
                "class A { void f() { try { g(); } catch (Exception _) { new ProcessBuilder(\"id\"); } } }",
                "class A { Object f(Object o) { return switch (o) { case String s when s.isEmpty() -> 1; case Integer _, Long _ -> new ProcessBuilder(\"id\"); default -> 2; }; } }",
                "class A { A() { Object p = new ProcessBuilder(\"id\"); super(); } }",
                "class A { void f() { enum Local { X } Object p = new ProcessBuilder(\"id\"); } }",
                "import module java.base; class A { Object p = new ProcessBuilder(\"id\"); }",
                "void main() { var p = new ProcessBuilder(\"id\"); }",
                // What is rarely written.
                "class A { Object p = new <String>ProcessBuilder(\"id\"); }",
                "class A { Object p = new @Deprecated ProcessBuilder(\"id\"); }",
                "class A { Object p = new java.lang. /* */ ProcessBuilder(\"id\"); }",
                "class A { enum E { X(new ProcessBuilder(\"id\")) { int f() { return 1; } }; E(Object o) {} } }",
                "class A { @interface N { Class<?> of() default ProcessBuilder.class; } java.util.function.Supplier<?> s = ProcessBuilder::new; }",
                "class A { int f()[] { return new int[] {new ProcessBuilder(\"id\").hashCode()}; } }",
                "class A { void f(A this) { for (Object p = new ProcessBuilder(\"id\"); ; ) { } } }",
                "class A { int a = 1 < 2 ? new ProcessBuilder(\"id\").hashCode() : 0, b; }",
                ";;; class A { ; { new ProcessBuilder(\"id\"); }; };",
            })
    void whatTheCompilerReadsIsRefused(String source) {
        assertThat(validation.standard("java", source))
                .extracting(Violation::rule)
                .contains("java/process-creation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class A { String s = \"\\\\u0022; new ProcessBuilder()\"; }",
                "class A { /* new ProcessBuilder() // */ }",
                "class A { // /* \n String s = \"*/ new ProcessBuilder()\"; }",
                "class A { String s = \"\"\"\n \" \\\"\"\" new ProcessBuilder() \"\" \"\"\"; }",
                "class A { // \\\\u000a new ProcessBuilder()\n }",
                "class A { char c = '\"'; /* ' new ProcessBuilder() */ char d = '\"'; }",
            })
    void whatItTakesForATextOrCommentIsNot(String source) {
        assertThat(validation.standard("java", source)).isEmpty();
    }

    /// It takes each place after a `<` or bracket for a type as far as that goes, over and over.
    @Test
    void whatTheCompilerWouldLookAheadOverForMinutesIsRefused() {
        for (List<String> parts : List.of(
                List.of("class A { Object x = f(", "a<b,", "a); }"),
                List.of("class A { void f() { switch (x) { case ", "(a),", "b: } } }"),
                List.of("class A { void f() { switch (x) { case ", "a<b,", "b: } } }"),
                List.of("class A { Object x = f(", "a<b(1+1,\"\"),", "a); }"),
                List.of("class A { Object x = (", "a,", "a) -> a; }"),
                List.of("class A { Object x = (@A(", "a,", "a) b) -> a; }"))) {
            String source =
                    parts.get(0) + parts.get(1).repeat(900_000 / parts.get(1).length()) + parts.get(2);
            assertThat(validation.standard("java", source))
                    .as(parts.get(1))
                    .extracting(Violation::rule)
                    .containsExactly("syntax/nesting");
        }
    }

    @Test
    void longProgramsThatItReadsAtOnceAreNot() {
        for (List<String> parts : List.of(
                List.of("class A { boolean f(int a, int b) { ", "if (a < b && b < a || a < 1) return a < b;\n", "} }"),
                List.of("class A { Object[] x = {", "new A[] {B, C(D, (int) E), F.G[H]},\n", "}; }"),
                List.of("class A { ", "java.util.Map<String, java.util.List<A>> f(A a, int... b) { }\n", "}"),
                List.of("enum A { ", "B(C, D.E()),\n", "F; }"),
                List.of("class A { Object x = f(", "g(h, i.j(), k),\n", "l); }"),
                List.of("class A { int[] x = {", "1, 2, -3, (4),\n", "5}; }"),
                List.of("class A { int f(Object o) { return switch (o) { ", "case A(B b, C c) -> 1;\n", "}; } }"),
                List.of("class A { void f(int a) { switch (a) { ", "case B, C.D, (E): f(1);\n", "} } }"))) {
            String source =
                    parts.get(0) + parts.get(1).repeat(200_000 / parts.get(1).length()) + parts.get(2);
            assertThat(validation.standard("java", source)).as(parts.get(1)).isEmpty();
        }
    }

    @Test
    void aModuleDeclarationIsRead() {
        assertThat(validation.check(
                        "java",
                        PolicyLevel.STANDARD,
                        Validation.file("Main.java", "class Main { }"),
                        Validation.file("module-info.java", "module a { requires java.base; uses java.net.Socket; }")))
                .isEmpty();
    }
}
