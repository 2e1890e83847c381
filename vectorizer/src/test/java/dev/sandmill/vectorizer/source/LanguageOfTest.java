package dev.sandmill.vectorizer.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LanguageOfTest {
    private final LanguageOf languageOf = new LanguageOf();

    @ParameterizedTest
    @CsvSource({
        "src/A.java, java",
        "a.PY, python",
        "a/b/c.test.js, javascript",
        "a.jsx, javascript",
        "a.ts, typescript",
        "a.tsx, tsx",
        "main.go, go",
        "lib.rs, rust",
        "a.c, c",
        "a.h, c",
        "a.hpp, cpp",
        "Program.cs, csharp",
        "run.sh, bash",
        "Rakefile, ruby",
        "index.php, php",
        "build.gradle.kts, kotlin",
        "build.sbt, scala",
        "init.lua, lua",
        "View.swift, swift",
        "README.md, markdown",
        "README, text",
        "compose.yaml, yaml",
        "Cargo.toml, toml",
        "docker/Dockerfile, dockerfile",
        "Dockerfile.dev, dockerfile",
        "Makefile, make",
        "CMakeLists.txt, cmake",
        "schema.sql, sql",
        "unknown.xyz, text",
        "java, text",
        ".java, java",
        "'', text",
    })
    void theNameTellsTheLanguage(String path, String language) {
        assertThat(languageOf.of(path)).isEqualTo(language);
    }

    @ParameterizedTest
    @CsvSource({
        "#!/usr/bin/env python3, python",
        "#!/usr/bin/env -S python3.12 -u, python",
        "#!/bin/sh -e, bash",
        "#! /usr/bin/node, javascript",
        "#!/usr/bin/env FOO=1 ruby, ruby",
        "#!, text",
        "#!/no/such/thing, text",
    })
    void aScriptWithoutExtensionIsKnownByItsFirstLine(String firstLine, String language) {
        assertThat(languageOf.of("bin/tool", firstLine + "\necho\n")).isEqualTo(language);
    }

    @Test
    void aHeaderWithClassesIsCpp() {
        assertThat(languageOf.of("a.h", "#pragma once\nnamespace a {\n}\n")).isEqualTo("cpp");
        assertThat(languageOf.of("a.h", "int f(void);\n")).isEqualTo("c");
    }
}
