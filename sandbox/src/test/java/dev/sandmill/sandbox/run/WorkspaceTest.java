package dev.sandmill.sandbox.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceTest {
    private static Workspace of(@Nullable String entrypoint, String... paths) throws InvalidProgram {
        List<SourceFile> files = Stream.of(paths)
                .map(path -> new SourceFile(path, Content.utf8("x")))
                .toList();
        return Workspace.of(code(entrypoint, files, Limits.DEFAULT), "main.py");
    }

    private static ExecuteCode code(@Nullable String entrypoint, List<SourceFile> files, Limits limits) {
        return new ExecuteCode(
                "python",
                null,
                files,
                entrypoint,
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                limits,
                PolicyLevel.OFF,
                Isolation.AUTO,
                CacheMode.OFF,
                List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "./a", "a/./b", "a\0"})
    void aPathThatLeavesTheWorkspaceIsRefused(String path) {
        assertThatThrownBy(() -> of(null, "main.py", path)).isInstanceOf(InvalidProgram.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b/c.py", "...", ".hidden", "-rf", "a b\n", "ü/ß", "\\..\\x"})
    void aStrangePathInsideIsFine(String path) throws InvalidProgram {
        assertThat(of(null, "main.py", path).files()).hasSize(2);
    }

    @Test
    void segmentsAndPathsAreBoundedInBytes() throws InvalidProgram {
        assertThat(of(null, "a".repeat(255)).entrypoint()).hasSize(255);
        assertThatThrownBy(() -> of(null, "a".repeat(256))).isInstanceOf(InvalidProgram.class);
        assertThatThrownBy(() -> of(null, "ü".repeat(128))).isInstanceOf(InvalidProgram.class);
        assertThatThrownBy(() -> of(null, "a/".repeat(2100) + "b")).isInstanceOf(InvalidProgram.class);
    }

    @Test
    void theSamePathTwiceAndAFileAsAFolderAreRefused() {
        assertThatThrownBy(() -> of(null, "main.py", "a", "a")).hasMessageContaining("twice");
        assertThatThrownBy(() -> of(null, "main.py", "a", "a/b")).hasMessageContaining("folder");
    }

    @Test
    void theEntrypointIsTheOnlyFileTheUsualOneOrTheNamedOne() throws InvalidProgram {
        assertThat(of(null, "other.py").entrypoint()).isEqualTo("other.py");
        assertThat(of(null, "a.py", "main.py").entrypoint()).isEqualTo("main.py");
        assertThat(of("a.py", "a.py", "main.py").entrypoint()).isEqualTo("a.py");
        assertThatThrownBy(() -> of("b.py", "a.py", "main.py")).hasMessageContaining("b.py");
        assertThatThrownBy(() -> of(null, "a.py", "b.py")).hasMessageContaining("main.py");
    }

    @Test
    void countAndSizeOfFilesAreBounded() {
        List<SourceFile> many = new ArrayList<>();
        for (int i = 0; i <= 1000; i++) {
            many.add(new SourceFile("f" + i, Content.EMPTY));
        }
        assertThatThrownBy(() -> Workspace.of(code("f0", many, Limits.DEFAULT), "main.py"))
                .hasMessageContaining("1000");
        Limits small = new Limits(1, 1, 1, 1, 1, 10);
        List<SourceFile> large = List.of(new SourceFile("main.py", Content.of(new byte[11])));
        assertThatThrownBy(() -> Workspace.of(code(null, large, small), "main.py"))
                .hasMessageContaining("diskBytes");
    }
}
