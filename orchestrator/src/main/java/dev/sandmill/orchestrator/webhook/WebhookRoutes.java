package dev.sandmill.orchestrator.webhook;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.repository.IndexSubmission;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.security.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// `POST /webhooks/{provider}/{hook}`: a git host tells of a push. Nobody learns here which hooks exist: an unknown one
/// is answered like a wrong signature.
@RestController
public final class WebhookRoutes {
    /// The largest body that is read.
    public static final int MAX_BODY_BYTES = 25 << 20;

    private static final String NOBODYS_SECRET = "a hook that does not exist";

    private final HookRegistry hooks;
    private final RepositoryRegistry repositories;
    private final IndexSubmission submission;
    private final JobJson jobs;
    private final InstantSource clock;
    private final StrictJson json = new StrictJson();

    public WebhookRoutes(
            HookRegistry hooks,
            RepositoryRegistry repositories,
            IndexSubmission submission,
            JobJson jobs,
            InstantSource clock) {
        this.hooks = hooks;
        this.repositories = repositories;
        this.submission = submission;
        this.jobs = jobs;
        this.clock = clock;
    }

    record IgnoredAnswer(String ignored) {}

    record PingAnswer(boolean pong) {}

    @PostMapping("/webhooks/{provider}/{hook}")
    ResponseEntity<byte[]> receive(
            HttpServletRequest request,
            @PathVariable("provider") String providerName,
            @PathVariable("hook") String name)
            throws IOException {
        Provider provider = provider(providerName);
        Dialect dialect = dialect(provider);
        Delivery delivery = new Delivery(body(request), request::getHeader);
        Hook hook = verified(hooks.find(name), provider, dialect, delivery);
        String reason = "the delivery tells of nothing";
        for (Notice notice : dialect.notices(delivery)) {
            switch (notice) {
                case Notice.Ping ping -> {
                    return answer(HttpStatus.OK, json.write(new PingAnswer(true)));
                }
                case Notice.Malformed(String what) -> throw ApiProblem.badRequest(what);
                case Notice.Ignored(String why) -> reason = why;
                case Notice.Push push -> {
                    Optional<String> ignored = whyIgnored(hook, push);
                    if (ignored.isEmpty()) {
                        return submit(hook, deliveryId(dialect, delivery));
                    }
                    reason = ignored.get();
                }
            }
        }
        return answer(HttpStatus.OK, json.write(new IgnoredAnswer(reason)));
    }

    /// A hook that does not exist costs as much time as one with a wrong signature.
    private Hook verified(Optional<Hook> found, Provider provider, Dialect dialect, Delivery delivery) {
        Optional<Hook> hook = found.filter(known -> known.provider() == provider);
        boolean signed = dialect.isSigned(delivery, hook.map(Hook::secret).orElse(NOBODYS_SECRET), clock.instant());
        return hook.filter(known -> signed)
                .orElseThrow(() -> ApiProblem.unauthorized("the signature does not fit this webhook"));
    }

    private Optional<String> whyIgnored(Hook hook, Notice.Push push) {
        if (!push.isBranch()) {
            return Optional.of("the ref is not a branch");
        }
        if (push.isDelete()) {
            return Optional.of("the branch was deleted");
        }
        Optional<Repository> repository = repositories.find(hook.tenant(), hook.repository());
        if (repository.isEmpty()) {
            return Optional.of("the hook's repository is not registered any more");
        }
        String branch = repository.get().branch();
        return branch == null || branch.equals(push.branch())
                ? Optional.empty()
                : Optional.of("the branch is not the one that is indexed");
    }

    /// The job indexes the branch as it is when the job runs, which is the pushed commit or a newer one:
    /// deliveries that arrive late or in the wrong order never turn an index back.
    private ResponseEntity<byte[]> submit(Hook hook, String deliveryId) {
        Caller sender =
                new Caller("webhook:" + hook.name(), hook.tenant(), Set.of(Role.AGENT), Set.<PolicyLevel>of(), null);
        String key =
                "webhook:" + hook.provider().name().toLowerCase(Locale.ROOT) + ":" + hook.name() + ":" + deliveryId;
        IndexSubmission.Submitted submitted =
                submission.submit(sender, new IndexRepository(hook.repository(), null, false), key);
        return submitted.isNew()
                ? answer(HttpStatus.ACCEPTED, jobs.writeAccepted(submitted.job()))
                : answer(HttpStatus.OK, jobs.writeJob(submitted.job()));
    }

    /// A sender that does not number its deliveries is told apart by what it sends.
    private static String deliveryId(Dialect dialect, Delivery delivery) {
        String id = dialect.deliveryId(delivery).orElse("");
        return id.matches("[A-Za-z0-9._:{}-]{1,80}") ? id : "sha256-" + digest(id, delivery.body());
    }

    private static String digest(String id, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(body), 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw ApiProblem.tooLarge("a delivery may have " + MAX_BODY_BYTES + " bytes");
        }
        return body;
    }

    private static Provider provider(String name) {
        return Arrays.stream(Provider.values())
                .filter(provider -> provider.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        ApiProblem.notFound("webhooks are taken from github, gitlab, gitea, bitbucket and generic"));
    }

    private static Dialect dialect(Provider provider) {
        return switch (provider) {
            case GITHUB -> new GitHubDialect();
            case GITLAB -> new GitLabDialect();
            case GITEA -> new GiteaDialect();
            case BITBUCKET -> new BitbucketDialect();
            case GENERIC -> new GenericDialect();
        };
    }

    private static ResponseEntity<byte[]> answer(HttpStatus status, String body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body.getBytes(StandardCharsets.UTF_8));
    }
}
