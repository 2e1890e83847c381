package dev.sandmill.orchestrator.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DialectTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String ZEROS = "0".repeat(40);

    @Test
    void gitHubTellsPushesPingsAndTheRest() {
        Dialect dialect = new GitHubDialect();
        String push =
                "{\"ref\":\"refs/heads/main\",\"before\":\"" + ZEROS + "\",\"after\":\"" + COMMIT + "\",\"x\":[1]}";
        assertThat(dialect.notices(delivery(push, Map.of("X-GitHub-Event", "push"))))
                .containsExactly(new Notice.Push("refs/heads/main", COMMIT));
        assertThat(dialect.notices(delivery("{}", Map.of("X-GitHub-Event", "ping"))))
                .containsExactly(new Notice.Ping());
        assertThat(dialect.notices(delivery("{}", Map.of("X-GitHub-Event", "issues"))))
                .hasOnlyElementsOfType(Notice.Ignored.class);
        assertThat(dialect.notices(delivery("[1", Map.of("X-GitHub-Event", "push"))))
                .hasOnlyElementsOfType(Notice.Malformed.class);
        assertThat(dialect.notices(delivery("{\"ref\":7,\"after\":8}", Map.of("X-GitHub-Event", "push"))))
                .hasOnlyElementsOfType(Notice.Malformed.class);
        assertThat(dialect.deliveryId(delivery("", Map.of("X-GitHub-Delivery", "72d3162e"))))
                .contains("72d3162e");
    }

    @Test
    void gitHubsFormEncodingIsReadToo() {
        String form = "payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%2C%22after%22%3A%22" + COMMIT + "%22%7D";
        Map<String, String> headers =
                Map.of("X-GitHub-Event", "push", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(new GitHubDialect().notices(delivery(form, headers)))
                .containsExactly(new Notice.Push("refs/heads/main", COMMIT));
        assertThat(new GitHubDialect().notices(delivery("payload=%zz", headers)))
                .hasOnlyElementsOfType(Notice.Malformed.class);
    }

    @Test
    void giteaAndGitLabSpeakWithTheirOwnHeaders() {
        String push = "{\"ref\":\"refs/heads/dev\",\"after\":\"" + COMMIT + "\"}";
        Notice expected = new Notice.Push("refs/heads/dev", COMMIT);
        assertThat(new GiteaDialect().notices(delivery(push, Map.of("X-Gitea-Event", "push"))))
                .containsExactly(expected);
        assertThat(new GiteaDialect().notices(delivery(push, Map.of("X-Forgejo-Event", "push"))))
                .containsExactly(expected);
        assertThat(new GitLabDialect().notices(delivery(push, Map.of("X-Gitlab-Event", "Push Hook"))))
                .containsExactly(expected);
        assertThat(new GitLabDialect().notices(delivery(push, Map.of("X-Gitlab-Event", "Tag Push Hook"))))
                .hasOnlyElementsOfType(Notice.Ignored.class);
    }

    @Test
    void bitbucketTellsSeveralRefsInOneDelivery() {
        String cloud = """
                {"push":{"changes":[
                  {"new":{"type":"tag","name":"v1","target":{"hash":"%s"}},"old":null},
                  {"new":{"type":"branch","name":"main","target":{"hash":"%s"}},"old":null},
                  {"new":null,"old":{"type":"branch","name":"gone","target":{"hash":"%s"}}}]}}
                """.formatted(COMMIT, COMMIT, COMMIT);
        assertThat(new BitbucketDialect().notices(delivery(cloud, Map.of("X-Event-Key", "repo:push"))))
                .containsExactly(
                        new Notice.Ignored("the ref is not a branch"),
                        new Notice.Push("refs/heads/main", COMMIT),
                        new Notice.Push("refs/heads/gone", ""));
        String dataCenter = """
                {"changes":[{"ref":{"id":"refs/heads/main"},"fromHash":"%s","toHash":"%s","type":"UPDATE"},
                            {"ref":{"id":"refs/heads/old"},"fromHash":"%s","toHash":"%s","type":"DELETE"}]}
                """.formatted(ZEROS, COMMIT, COMMIT, ZEROS);
        assertThat(new BitbucketDialect().notices(delivery(dataCenter, Map.of("X-Event-Key", "repo:refs_changed"))))
                .containsExactly(new Notice.Push("refs/heads/main", COMMIT), new Notice.Push("refs/heads/old", ""));
    }

    @Test
    void aPushKnowsBranchesTagsAndDeletes() {
        assertThat(new Notice.Push("refs/tags/v1", COMMIT).isBranch()).isFalse();
        assertThat(new Notice.Push("refs/heads/a/b", COMMIT).branch()).isEqualTo("a/b");
        assertThat(new Notice.Push("refs/heads/a", ZEROS).isDelete()).isTrue();
        assertThat(new Notice.Push("refs/heads/a", COMMIT).isDelete()).isFalse();
    }

    @Test
    void aRefThatGitWouldNotTakeIsMalformed() {
        for (String ref : new String[] {"", "main", "refs/heads/a b", "refs/heads/a\n", "refs/heads/a:b", "--x"}) {
            assertThat(Payload.push(ref, COMMIT)).as(ref).isInstanceOf(Notice.Malformed.class);
        }
        assertThat(Payload.push("refs/heads/a", "HEAD")).isInstanceOf(Notice.Malformed.class);
    }

    @Test
    void deepPayloadsAreMalformed() {
        assertThat(Payload.parse(("{\"a\":" + "[".repeat(10_000)).getBytes(StandardCharsets.UTF_8)))
                .isNull();
    }

    private static Delivery delivery(String body, Map<String, String> headers) {
        Map<String, String> insensitive = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        insensitive.putAll(headers);
        return new Delivery(
                body.getBytes(StandardCharsets.UTF_8), name -> insensitive.get(name.toLowerCase(Locale.ROOT)));
    }
}
