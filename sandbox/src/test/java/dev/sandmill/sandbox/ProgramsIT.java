package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What ordinary programs see, and what is said of them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProgramsIT {
    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(RealSandbox.config(2, 1), new RealSandbox.MemoryResults());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private Executed python(String source) {
        return RealSandbox.answered(sandbox, Programs.python(source), "ada");
    }

    @Test
    void aProgramPrintsAndEndsWell() {
        Executed hello = python("print('hello')");
        assertThat(hello.status()).isEqualTo(ProgramStatus.OK);
        assertThat(hello.exitCode()).isZero();
        assertThat(hello.stdout().text()).isEqualTo("hello\n");
        assertThat(hello.stderr().size()).isZero();
        assertThat(hello.image()).startsWith("sha256:");
        assertThat(hello.usage().peakMemoryBytes()).isPositive();
    }
}
