package dev.sandmill.orchestrator.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.repository.RepositoryState;
import dev.sandmill.orchestrator.tracing.Steps;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What becomes of a run that something goes wrong in, and of the one after it.
class FailingIndexRunIT extends IndexRunOnRealGit {
    @Test
    void aRepositoryThatGitCanNotReadIsWalkedAndTheOutcomeSaysSo() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").commit("one");
        index();
        copy.write("b.py", "b2").write("c.py", "c");
        Files.writeString(copy.folder().resolve(".git/HEAD"), "this is no reference");
        Indexed outcome = index();
        assertThat(outcome.status()).isEqualTo(IndexStatus.OK);
        assertThat(outcome.message()).contains("git can not read").contains("its files were walked and hashed");
        assertThat(outcome.files().changed()).isEqualTo(2);
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "b.py", "b2", "c.py", "c"));
        assertThat(stored().branch()).isEqualTo("main");
        Files.writeString(copy.folder().resolve(".git/HEAD"), "ref: refs/heads/main\n");
        assertThat(index().message()).isNull();
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "b.py", "b"));
    }

    @Test
    void aRunThatWasCutOffIsRepairedEvenWhereTheNextCommitTakesItBack() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").write("c.py", "c").write("d.py", "d");
        String one = copy.commit("one");
        index();
        copy.write("a.py", "a2")
                .write("b.py", "b2")
                .write("c.py", "c2")
                .write("d.py", "d2")
                .write("e.py", "e");
        copy.commit("two");
        RememberingVectorizer.Hang hang = vectorizer.hangAfter(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                index();
                interrupted.complete(false);
            } catch (InterruptedException expected) {
                interrupted.complete(true);
            } catch (GitFailure unexpected) {
                interrupted.completeExceptionally(unexpected);
            }
        });
        hang.await();
        thread.interrupt();
        assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
        vectorizer.hangNoMore();
        assertThat(vectorizer.files).containsEntry("a.py", "a2").containsEntry("d.py", "d");
        copy.git("reset", "-q", "--hard", one);
        copy.write("f.py", "f").commit("three");
        index();
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "b.py", "b", "c.py", "c", "d.py", "d", "f.py", "f"));
        assertThat(stored().unfinishedCommits()).isEmpty();
    }

    @Test
    void aFileThatFailedIsTriedAgainThoughItDidNotChange() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").commit("one");
        vectorizer.failing.add("a.py");
        Indexed outcome = index();
        assertThat(outcome.status()).isEqualTo(IndexStatus.PARTIAL);
        assertThat(outcome.failures()).containsExactly(new Indexed.Failure("a.py", "told to fail"));
        assertThat(stored().state()).isEqualTo(RepositoryState.PARTIAL);
        vectorizer.failing.clear();
        assertThat(index().status()).isEqualTo(IndexStatus.OK);
        assertThat(vectorizer.files).containsOnlyKeys("a.py", "b.py");
        assertThat(stored().state()).isEqualTo(RepositoryState.READY);
    }

    @Test
    void aRemoteThatVanishedIsAFailureThatSaysSo() throws Exception {
        copy.write("a.py", "a").commit("one");
        index();
        Files.move(copy.folder(), temp.resolve("elsewhere"));
        assertThatThrownBy(this::index).isInstanceOf(GitFailure.class).hasMessageContaining("not there");
        assertThat(stored().state()).isEqualTo(RepositoryState.FAILED);
        assertThat(stored().indexedCommit()).isNotNull();
    }

    @Test
    void aRepositoryDeletedMeanwhileLeavesNothingInTheIndex() throws Exception {
        copy.write("a.py", "a").commit("one");
        Indexed outcome = run.run(
                new RunContext(
                        CONTEXT.origin(),
                        (phase, files, total, chunks) -> {
                            if (phase.equals("committing")) {
                                registry.remove("acme", "web");
                            }
                        },
                        () -> false,
                        Steps.NONE),
                new IndexRepository("web", null, false),
                NOW);
        assertThat(outcome.status()).isEqualTo(IndexStatus.CANCELLED);
        assertThat(vectorizer.files).isEmpty();
        assertThat(vectorizer.state("acme", "web")).isEmpty();
    }

    @Test
    void aRepositoryOfAnotherTenantIsNotThere() throws Exception {
        Indexed outcome = run.run(
                new RunContext(new RunOrigin("other", "job", null, null), RunProgress.NONE, () -> false, Steps.NONE),
                new IndexRepository("web", null, false),
                NOW);
        assertThat(outcome.status()).isEqualTo(IndexStatus.FAILED);
        assertThat(vectorizer.files).isEmpty();
    }
}
