package dev.sandmill.vectorizer.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SourceFilterPathTest {
    private final SourceFilter filter = new SourceFilter(1000, new LanguageOf());

    @ParameterizedTest
    @CsvSource({
        "node_modules/left-pad/index.js, VENDORED",
        "web/node_modules/a/b.ts, VENDORED",
        "vendor/github.com/pkg/errors/errors.go, VENDORED",
        "third_party/zlib/inflate.c, VENDORED",
        ".git/config, VENDORED",
        "target/classes/a/B.java, VENDORED",
        "service/build/generated/sources/A.java, VENDORED",
        "dist/index.js, VENDORED",
        "lib/python3.12/site-packages/x.py, VENDORED",
        "package-lock.json, LOCK_FILE",
        "a/b/Cargo.lock, LOCK_FILE",
        "go.sum, LOCK_FILE",
        "api/v1/service.pb.go, GENERATED",
        "api/service_pb2.py, GENERATED",
        "Form.Designer.cs, GENERATED",
        "zz_generated.deepcopy.go, GENERATED",
        "static/jquery-3.7.min.js, MINIFIED",
        "static/site.min.css, MINIFIED",
        "logo.PNG, MEDIA",
        "lib/tool.jar, MEDIA",
        "font.woff2, MEDIA",
        ".env, SECRET",
        "config/.env.production, SECRET",
        "deploy/prod.env, SECRET",
        "home/.ssh/config, SECRET",
        "id_rsa, SECRET",
        "certs/server.pem, SECRET",
        "release.keystore, SECRET",
        "infra/terraform.tfstate, SECRET",
    })
    void whatIsNotSourceIsSkippedBeforeItIsRead(String path, SkipReason reason) {
        assertThat(filter.byPath(path, 100)).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "build.gradle",
                "src/build/Foo.java",
                "build/Makefile",
                "build/rpm/spec.sh",
                "src/main/java/example/dist/Distance.java",
                "internal/target/target.go",
                "target/target.go",
                "src/vendors.ts",
                "src/vendor.ts",
                "src/environment.ts",
                "src/env.py",
                "env.d.ts",
                ".env.example",
                ".env.sample",
                "docs/secrets.md",
                "src/keys.py",
                "src/monkey.ts",
                "lock.go",
                "src/package_lock.rs",
                "src/admin.js",
                "src/min.js",
                "src/generated.py",
                "src/Generator.java",
                "pb.go",
                "Dockerfile",
                "pom.xml",
                "README.md",
                "a/node_modules.md",
            })
    void ordinaryFilesAreSource(String path) {
        assertThat(filter.byPath(path, 100)).isEmpty();
    }

    @Test
    void sizeIsBoundedBothWays() {
        assertThat(filter.byPath("a.py", 0)).contains(SkipReason.EMPTY);
        assertThat(filter.byPath("a.py", 1)).isEmpty();
        assertThat(filter.byPath("a.py", 1000)).isEmpty();
        assertThat(filter.byPath("a.py", 1001)).contains(SkipReason.TOO_LARGE);
    }

    @Test
    void strangePathsAreJudgedLikeOthers() {
        assertThat(filter.byPath("a\nb/node_modules/\u0000\uD800.js", 1)).contains(SkipReason.VENDORED);
        assertThat(filter.byPath("x/".repeat(100_000) + "a.py", 1)).isEmpty();
        assertThat(filter.byPath("", 1)).isEmpty();
        assertThat(filter.byPath("/", 1)).isEmpty();
    }

    @Test
    void reasonsHaveWireNames() {
        assertThat(SkipReason.LOCK_FILE.wireName()).isEqualTo("lock_file");
        assertThat(SkipReason.LFS_POINTER.wireName()).isEqualTo("lfs_pointer");
    }
}
