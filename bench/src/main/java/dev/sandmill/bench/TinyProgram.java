package dev.sandmill.bench;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import java.util.List;
import java.util.Map;

/// A program that prints 4950 and ends, so that what is measured is what surrounds it.
///
/// @param docker the same for a shell in the language's image
record TinyProgram(String language, String source, String docker) {
    static final String ANSWER = "4950\n";
    static final String PYTHON_SOURCE = "print(sum(range(100)))";
    static final TinyProgram PYTHON = new TinyProgram("python", PYTHON_SOURCE, "python3 -c '" + PYTHON_SOURCE + "'");
    static final TinyProgram NODE =
            new TinyProgram("javascript", "console.log(99 * 100 / 2)", "node -e 'console.log(99 * 100 / 2)'");
    static final TinyProgram JAVA = new TinyProgram(
            "java",
            "class Main { public static void main(String[] a) { System.out.println(99 * 100 / 2); } }",
            "echo 'class Main { public static void main(String[] a) { System.out.println(99 * 100 / 2); } }'"
                    + " > /dev/shm/Main.java && javac -d /dev/shm /dev/shm/Main.java && java -cp /dev/shm Main");

    ExecuteCode request(Isolation isolation, CacheMode cache) {
        return new ExecuteCode(
                language,
                source,
                List.of(),
                null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                Limits.DEFAULT,
                PolicyLevel.STANDARD,
                isolation,
                cache,
                List.of());
    }

    static void check(Executed executed) {
        if (executed.status() != ProgramStatus.OK || !executed.stdout().text().equals(ANSWER)) {
            throw new IllegalStateException("a run answered " + executed.status() + ": " + executed.message());
        }
    }
}
