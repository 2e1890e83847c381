package dev.sandmill.orchestrator.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.repository.RepositoryState;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a run reads, hands on and leaves out.
class IndexRunIT extends IndexRunOnRealGit {
    @Test
    void aFirstRunIndexesEverythingAndTellsTheRegistry() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").write("c.bin", "c");
        String commit = copy.commit("one");
        Indexed outcome = index();
        assertThat(outcome.status()).isEqualTo(IndexStatus.OK);
        assertThat(outcome.commit()).isEqualTo(commit);
        assertThat(outcome.files()).isEqualTo(new Indexed.Files(3, 3, 1, 0));
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "b.py", "b"));
        assertThat(stored().state()).isEqualTo(RepositoryState.READY);
        assertThat(stored().branch()).isEqualTo("main");
        assertThat(stored().indexedCommit()).isEqualTo(commit);
        assertThat(stored().files()).isEqualTo(2);
        assertThat(stored().unfinishedCommits()).isEmpty();
    }

    @Test
    void aLaterRunHandlesOnlyWhatDiffers() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").write("c.py", "c").commit("one");
        index();
        copy.write("a.py", "a2");
        copy.git("rm", "-q", "b.py");
        copy.git("mv", "c.py", "d.py");
        copy.commit("two");
        Indexed outcome = index();
        assertThat(outcome.files()).isEqualTo(new Indexed.Files(2, 4, 0, 0));
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a2", "d.py", "c"));
        assertThat(index().files()).isEqualTo(new Indexed.Files(2, 0, 0, 0));
    }

    @Test
    void aForcePushEndsAtTheNewTree() throws Exception {
        copy.write("a.py", "a");
        String one = copy.commit("one");
        copy.write("b.py", "b").commit("two");
        index();
        copy.git("reset", "-q", "--hard", one);
        copy.write("c.py", "c").commit("three");
        index();
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "c.py", "c"));
    }

    @Test
    void aGivenCommitIsIndexedAndAnUnknownOneIsAFailure() throws Exception {
        copy.write("a.py", "1");
        String one = copy.commit("one");
        copy.write("a.py", "2").commit("two");
        Indexed outcome = run.run(CONTEXT, new IndexRepository("web", one.substring(0, 10), false), NOW);
        assertThat(outcome.commit()).isEqualTo(one);
        assertThat(vectorizer.files).containsEntry("a.py", "1");
        String unknown = "0123456789012345678901234567890123456789";
        assertThatThrownBy(() -> run.run(CONTEXT, new IndexRepository("web", unknown, false), NOW))
                .isInstanceOfSatisfying(
                        GitFailure.class,
                        failure -> assertThat(failure.retryable()).isFalse())
                .hasMessageContaining(unknown);
        assertThat(stored().state()).isEqualTo(RepositoryState.FAILED);
        assertThat(index().status()).isEqualTo(IndexStatus.OK);
    }

    @Test
    void aFullRunRemovesWhatShouldNotBeThere() throws Exception {
        copy.write("a.py", "a").commit("one");
        index();
        vectorizer.files.put("stale.py", "from nowhere");
        vectorizer.files.put("a.py", "wrong");
        run.run(CONTEXT, new IndexRepository("web", null, true), NOW);
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a"));
    }

    @Test
    void anotherModelStartsOver() throws Exception {
        copy.write("a.py", "a").commit("one");
        index();
        vectorizer.model = "another";
        assertThat(index().files().changed()).isEqualTo(1);
        assertThat(stored().model()).isEqualTo("another");
    }

    @Test
    void aFileTooLargeIsNotReadAndLeavesTheIndexWhenItGrows() throws Exception {
        copy.write("a.py", "a").commit("one");
        index();
        copy.write("a.py", "a".repeat(2_001)).commit("grown");
        Indexed outcome = index();
        assertThat(outcome.files()).isEqualTo(new Indexed.Files(1, 1, 1, 0));
        assertThat(vectorizer.files).isEmpty();
    }

    @Test
    void whatARepositoryWantsLeftOutIsLeftOutAndComesBackWithTheRule() throws Exception {
        copy.write("a.py", "a").write("docs/b.py", "b").write("gen/c.py", "c");
        copy.write(".sandmillignore", "docs/").write(".gitattributes", "gen/** linguist-generated");
        copy.commit("one");
        Indexed outcome = index();
        assertThat(vectorizer.files).containsOnlyKeys("a.py", ".sandmillignore", ".gitattributes");
        assertThat(outcome.files().skipped()).isEqualTo(2);
        assertThat(outcome.message()).isEqualTo("2 skipped: ignored 2");
        copy.write(".sandmillignore", "*.txt").write(".gitattributes", "# none").commit("rules alone");
        index();
        assertThat(vectorizer.files).containsKeys("a.py", "docs/b.py", "gen/c.py");
        copy.write(".sandmillignore", "a.py").commit("rules again");
        index();
        assertThat(vectorizer.files).containsKeys("docs/b.py", "gen/c.py").doesNotContainKey("a.py");
    }

    @Test
    void pushesThatARunHasCoveredAreNotRunAgain() throws Exception {
        JobTimes first = new JobTimes(Instant.ofEpochSecond(10), Instant.ofEpochSecond(20));
        JobTimes covered = new JobTimes(Instant.ofEpochSecond(19), Instant.ofEpochSecond(30));
        JobTimes later = new JobTimes(Instant.ofEpochSecond(20), Instant.ofEpochSecond(31));
        IndexRepository push = new IndexRepository("web", null, false);
        copy.write("a.py", "a");
        String one = copy.commit("one");
        run.run(CONTEXT, push, first);
        copy.write("a.py", "a2").commit("two");

        Indexed answered = run.run(CONTEXT, push, covered);
        assertThat(answered.commit()).isEqualTo(one);
        assertThat(answered.files()).isEqualTo(new Indexed.Files(1, 0, 0, 0));
        assertThat(answered.message()).contains("has covered it");
        assertThat(run.run(CONTEXT, new IndexRepository("web", null, true), covered)
                        .message())
                .isNull();
        assertThat(vectorizer.files).containsEntry("a.py", "a2");
        copy.write("a.py", "a3").commit("three");
        run.run(CONTEXT, push, later);
        assertThat(vectorizer.files).containsEntry("a.py", "a2");
        run.run(CONTEXT, new IndexRepository("web", one, false), later);
        assertThat(vectorizer.files).containsEntry("a.py", "a");
        run.run(CONTEXT, push, covered);
        assertThat(vectorizer.files).containsEntry("a.py", "a3");
    }

    @Test
    void batchesAreBoundedInFilesAndBytes() throws Exception {
        for (int i = 0; i < 7; i++) {
            copy.write("small" + i, "x");
        }
        copy.write("z1", "x".repeat(900)).write("z2", "x".repeat(900)).write("z3", "x".repeat(900));
        copy.commit("one");
        index();
        assertThat(vectorizer.batchSizes).containsExactly(3, 3, 3, 1);
    }

    @Test
    void anEmptyRepositoryIsReadyAndHasNoCommit() throws Exception {
        Indexed outcome = index();
        assertThat(outcome.status()).isEqualTo(IndexStatus.OK);
        assertThat(outcome.commit()).isNull();
        assertThat(outcome.message()).contains("no commits");
        assertThat(stored().state()).isEqualTo(RepositoryState.READY);
    }
}
