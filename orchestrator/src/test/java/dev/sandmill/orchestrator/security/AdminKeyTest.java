package dev.sandmill.orchestrator.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminKeyTest {
    @TempDir
    Path home;

    @Test
    void theFirstStartMakesAKeyThatOnlyItsOwnerReads() throws IOException {
        Path file = home.resolve("deeper/admin.key");

        String key = AdminKey.readOrCreate(file);

        assertThat(KeySecret.isWellFormed(key)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(AdminKey.readOrCreate(file)).isEqualTo(key);
        try (var left = Files.list(file.getParent())) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void manyStartsAtOnceAgreeOnOneKey() throws Exception {
        Path file = home.resolve("admin.key");
        Set<String> keys = ConcurrentHashMap.newKeySet();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            executor.invokeAll(IntStream.range(0, 32)
                            .<Callable<Boolean>>mapToObj(i -> () -> keys.add(AdminKey.readOrCreate(file)))
                            .toList())
                    .forEach(done -> assertThat(done.state()).isEqualTo(java.util.concurrent.Future.State.SUCCESS));
        }
        assertThat(keys).hasSize(1);
    }

    @Test
    void aFileWithoutAKeyIsRefusedAndNotOverwritten() throws IOException {
        Path file = home.resolve("admin.key");
        Files.writeString(file, "changeme");

        assertThatThrownBy(() -> AdminKey.readOrCreate(file)).hasMessageContaining("does not hold a key");
        assertThat(file).hasContent("changeme");
    }
}
