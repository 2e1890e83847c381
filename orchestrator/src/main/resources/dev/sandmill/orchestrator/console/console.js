"use strict";

// Everything that comes from programs, repositories or the server reaches the page as text nodes, never as markup.

const KEY = "sandmill.key";
const STATUS_EVERY_MILLIS = 2000;
const SHOWN_CHARACTERS = 200_000;
const at = (id) => document.getElementById(id);

class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function call(method, path, body, patienceMillis) {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(KEY)}` };
  const request = { method, headers, cache: "no-store", credentials: "omit", redirect: "error" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  if (patienceMillis) {
    request.signal = AbortSignal.timeout(patienceMillis);
  }
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new Refused(0, "The service does not answer.");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) {
    return answer;
  }
  if (response.status === 401) {
    leave(answer?.detail ?? "This key is not known.");
  }
  throw new Refused(response.status, answer?.detail ?? `The service answered with status ${response.status}.`);
}

// Text of unknown origin with everything visible that would otherwise act, hide or reorder: control characters,
// bidirectional marks, zero-width and tag characters. Line feeds and tabs stay.
function visible(text) {
  const cut = text.length > SHOWN_CHARACTERS ? text.slice(0, SHOWN_CHARACTERS) : text;
  const shown = cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    if (character === "\n" || character === "\t") return character;
    const code = character.codePointAt(0).toString(16);
    return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, "0")}`;
  });
  return cut === text ? shown : `${shown}\n… ${text.length - cut.length} more characters are not shown`;
}

function bytesVisible(text, encoding) {
  if (encoding !== "base64") return visible(text);
  return visible(atob(text).replace(/[^\n\t\x20-\x7e]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`));
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

const size = (bytes) => bytes < 1 << 20 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / (1 << 20)).toFixed(0)} MiB`;
const percent = (share) => `${(share * 100).toFixed(0)} %`;

function duration(millis) {
  if (millis < 1000) return `${millis} ms`;
  const seconds = Math.floor(millis / 1000);
  if (seconds < 60) return `${(millis / 1000).toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
}

function pairs(list, entries) {
  list.replaceChildren(...entries.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

// Runs one action at a time for a form or button and shows its refusal, if any, beside it.
async function busy(button, errorAt, action) {
  button.disabled = true;
  errorAt.textContent = "";
  try {
    await action();
  } catch (refused) {
    errorAt.textContent = visible(refused.message);
  } finally {
    button.disabled = false;
  }
}

function showStatus(now) {
  const mood = { healthy: "good", degraded: "fair" }[now.status] ?? "bad";
  at("state").replaceChildren(element("strong", now.status, mood));
  at("parts").replaceChildren(...now.dependencies.map((part) => {
    const item = element("li");
    item.append(element("strong", part.available ? "up" : "down", part.available ? "good" : "bad"),
      ` ${part.name} `, element("small", visible(part.detail)));
    return item;
  }));
  const figures = [
    ["Version", now.version], ["Roles", now.roles.join(", ")], ["Uptime", duration(now.uptimeMillis)],
    ["Queue", `${now.queue.queued} queued, ${now.queue.running} running, ${now.queue.delayed} delayed, ${now.queue.dead} dead; room for ${now.queue.capacity}`],
    ["An accepted job survives", now.durability],
    ["Memory", `${size(now.memory.heapUsedBytes)} of ${size(now.memory.heapMaxBytes)} heap; machine has ${size(now.memory.machineFreeBytes)} of ${size(now.memory.machineTotalBytes)} free`],
    ["Processor", `${percent(now.cpu.processLoad)} here, ${percent(now.cpu.machineLoad)} machine, ${now.cpu.processors} processors`],
    ["Open requests", String(now.activeConnections)],
  ];
  if (now.sandbox) {
    figures.push(
      ["Containers", `${now.sandbox.idle} idle, ${now.sandbox.leased} leased, ${now.sandbox.starting} starting`],
      ["Programs", `${now.sandbox.runs} run, ${now.sandbox.cacheHits} answered from the cache`]);
  }
  pairs(at("figures"), figures);
}

let watching;

async function watchStatus() {
  clearTimeout(watching);
  if (!document.hidden) {
    try {
      const now = await call("GET", "/v1/status", undefined, 10_000);
      if (!sessionStorage.getItem(KEY)) return;
      showStatus(now);
      at("status-error").textContent = "";
    } catch (refused) {
      if (!sessionStorage.getItem(KEY)) return;
      at("status-error").textContent = visible(refused.message);
      at("state").replaceChildren(element("strong", "unknown", "bad"));
    }
  }
  if (sessionStorage.getItem(KEY)) {
    clearTimeout(watching);
    watching = setTimeout(watchStatus, STATUS_EVERY_MILLIS);
  }
}

async function loadLanguages() {
  const languages = await call("GET", "/v1/languages");
  at("language").replaceChildren(...languages.map((known) => {
    const option = element("option", `${known.language} ${known.version}`);
    option.value = known.language;
    return option;
  }));
}

function output(title, text, encoding, truncated) {
  if (text === "") return [];
  const notes = [encoding === "base64" ? "not UTF-8" : "", truncated ? "cut off" : ""].filter(Boolean).join(", ");
  const box = element("pre", bytesVisible(text, encoding));
  box.tabIndex = 0;
  box.setAttribute("aria-label", title);
  return [element("h3", notes ? `${title} (${notes})` : title), box];
}

function showOutcome(outcome) {
  const end = outcome.signal ?? (outcome.exitCode === null ? "" : `exit ${outcome.exitCode}`);
  const marks = [end, outcome.cached ? "from the cache" : "", outcome.deterministic ? "deterministic" : "", outcome.isolation ?? ""];
  at("ending").replaceChildren(
    element("strong", outcome.status, outcome.status === "ok" ? "good" : "bad"),
    ` ${marks.filter(Boolean).join(", ")}`);
  const usage = element("dl");
  pairs(usage, [
    ["Time", duration(outcome.usage.wallMillis)], ["Processor", duration(outcome.usage.cpuMillis)],
    ["Memory at most", size(outcome.usage.peakMemoryBytes)], ["Processes at most", String(outcome.usage.peakPids)],
  ]);
  const violations = element("ul");
  violations.append(...outcome.violations.map((found) =>
    element("li", visible(`${found.path}:${found.line}:${found.column} ${found.message} [${found.rule}]`))));
  const compile = outcome.compile;
  at("outcome").replaceChildren(
    ...(outcome.message ? [element("p", visible(outcome.message))] : []),
    ...(outcome.violations.length ? [violations] : []),
    ...(compile ? output("Compiler output", compile.stdout, compile.stdoutEncoding, compile.truncated) : []),
    ...(compile ? output("Compiler errors", compile.stderr, compile.stderrEncoding, compile.truncated) : []),
    ...output("Standard output", outcome.stdout, outcome.stdoutEncoding, outcome.stdoutTruncated),
    ...output("Standard error", outcome.stderr, outcome.stderrEncoding, outcome.stderrTruncated),
    usage);
}

function showHits(answer) {
  at("found").textContent = `${answer.hits.length} found in ${duration(answer.tookMillis)}`;
  at("hits").replaceChildren(...answer.hits.map((hit) => {
    const item = element("li");
    item.append(
      element("strong", visible(`${hit.repository} ${hit.path}:${hit.startLine}-${hit.endLine}`)),
      element("div", visible([hit.symbol, hit.language, hit.score.toFixed(3)].filter(Boolean).join(" · "))),
      element("pre", visible(hit.snippet)));
    return item;
  }));
}

async function loadJobs() {
  const page = await call("GET", "/v1/jobs?limit=20");
  at("jobs").replaceChildren(...page.jobs.map((job) => {
    const took = job.startedAt && job.finishedAt ? duration(Date.parse(job.finishedAt) - Date.parse(job.startedAt)) : "";
    const row = element("tr");
    row.append(...[job.id, job.kind, job.state, job.outcome?.status ?? "", String(job.attempt),
      new Date(job.createdAt).toLocaleString(), took].map((text) => element("td", visible(text))));
    return row;
  }));
}

function enter() {
  at("door").hidden = true;
  at("rooms").hidden = false;
  at("forget").hidden = false;
  watchStatus();
  busy(at("run").querySelector("button"), at("run-error"), loadLanguages);
  busy(at("reload"), at("jobs-error"), loadJobs);
}

function leave(reason) {
  sessionStorage.removeItem(KEY);
  clearTimeout(watching);
  for (const id of ["parts", "figures", "ending", "outcome", "found", "hits", "jobs", "state"]) at(id).replaceChildren();
  at("rooms").hidden = true;
  at("forget").hidden = true;
  at("door").hidden = false;
  at("door-error").textContent = visible(reason);
  at("key").focus();
}

function onSubmit(id, action) {
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    busy(at(id).querySelector("button"), at(`${id}-error`), action);
  });
}

onSubmit("door", async () => {
  sessionStorage.setItem(KEY, at("key").value.trim());
  at("key").value = "";
  enter();
});
onSubmit("run", async () => {
  at("ending").textContent = "running …";
  at("outcome").replaceChildren();
  try {
    showOutcome(await call("POST", "/v1/execute", { language: at("language").value, source: at("source").value, stdin: at("stdin").value }));
  } catch (refused) {
    at("ending").textContent = "";
    throw refused;
  }
  busy(at("reload"), at("jobs-error"), loadJobs);
});
onSubmit("search", async () => showHits(await call("POST", "/v1/search", { query: at("query").value, limit: 10 })));
at("reload").addEventListener("click", () => busy(at("reload"), at("jobs-error"), loadJobs));
at("forget").addEventListener("click", () => leave(""));
at("source").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("run").querySelector("button").click();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && sessionStorage.getItem(KEY)) watchStatus(); });

if (sessionStorage.getItem(KEY)) enter(); else leave("");
