import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import type { Users } from "./users.ts";

/** Wrong passwords for one user before it has to wait. */
const failureLimit = 10;
const failureWindow = 5 * 60_000;

const failures = new Map<string, { count: number; since: number }>();

/** The page on which a person signs in, and what it posts. */
export async function serveInteraction(
  provider: Provider,
  users: Users,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  const action = `${path}/interaction/${uid}`;
  if (request.method !== "POST") return send(response, 200, page(action, "", undefined));
  const form = new URLSearchParams(await bodyOf(request));
  const [name, password] = [(form.get("user") ?? "").trim(), form.get("password") ?? ""];
  if (isBlocked(name))
    return send(response, 429, page(action, name, "Too many wrong passwords; wait five minutes."));
  const user = await users.verifyPassword(name, password);
  if (user === undefined) {
    countFailure(name);
    return send(response, 401, page(action, name, "This user and password don't go together."));
  }
  failures.delete(name);
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: user.user } },
    { mergeWithLastSubmission: false },
  );
}

function isBlocked(name: string): boolean {
  const known = failures.get(name);
  return known !== undefined && known.count >= failureLimit && Date.now() - known.since < failureWindow;
}

function countFailure(name: string): void {
  const known = failures.get(name);
  const fresh = known === undefined || Date.now() - known.since >= failureWindow;
  failures.set(
    name,
    fresh ? { count: 1, since: Date.now() } : { count: known.count + 1, since: known.since },
  );
  const [oldest] = failures.keys();
  if (failures.size > 1000 && oldest !== undefined) failures.delete(oldest);
}

/** Largest form accepted: 16 KiB. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 16_384) throw new Error("the form is too large");
  }
  return text;
}

function send(response: ServerResponse, status: number, html: string): void {
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    })
    .end(html);
}

function page(action: string, user: string, problem: string | undefined): string {
  const alert = problem === undefined ? "" : `<p role="alert" class="problem">${escaped(problem)}</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in to Catalyst</title>
<style>
  :root { --ink:#14191d; --soft:#4d5961; --line:#c9d0d5; --canvas:#f6f7f8; --card:#fff; --accent:#0b6e66; --on:#fff; --bad:#b3261e }
  @media (prefers-color-scheme: dark) { :root { --ink:#eaeff2; --soft:#b3bfc6; --line:#39444b; --canvas:#0e1215; --card:#1a2025; --accent:#4fd1c3; --on:#06221f; --bad:#ff9c94 } }
  * { box-sizing: border-box }
  body { margin:0; min-height:100vh; display:grid; place-items:center; background:var(--canvas); color:var(--ink); font:16px/1.5 system-ui, sans-serif }
  main { width:min(23rem, calc(100vw - 2rem)); padding:2rem; background:var(--card); border:1px solid var(--line); border-radius:14px }
  h1 { margin:0 0 .25rem; font-size:1.35rem } p { margin:0 0 1.25rem; color:var(--soft) } .problem { color:var(--bad) }
  label { display:block; margin:.9rem 0 .3rem; font-weight:600; font-size:.9rem }
  input { width:100%; height:2.6rem; padding:0 .75rem; font:inherit; color:inherit; background:transparent; border:1px solid var(--line); border-radius:8px }
  input:focus-visible, button:focus-visible { outline:2px solid var(--accent); outline-offset:2px }
  button { width:100%; height:2.6rem; margin-top:1.4rem; font:inherit; font-weight:600; color:var(--on); background:var(--accent); border:0; border-radius:8px; cursor:pointer }
</style>
<main>
  <h1>Sign in</h1>
  <p>with your user of this Sovereign</p>
  ${alert}
  <form method="post" action="${escaped(action)}">
    <label for="user">User</label>
    <input id="user" name="user" value="${escaped(user)}" autocomplete="username" autocapitalize="none" required autofocus>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required>
    <button>Sign in</button>
  </form>
</main>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
