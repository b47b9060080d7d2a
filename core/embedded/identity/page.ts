import type { IncomingMessage, ServerResponse } from "node:http";

/** Largest form accepted: 16 KiB. */
const formLimit = 16_384;

/** Reads a form that was posted. Throws when it is too large. */
export async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > formLimit) throw new Error("the form is too large");
  }
  return new URLSearchParams(text);
}

/** Answers with a page that runs no script, is in no frame and tells its address to nobody. */
export function sendPage(response: ServerResponse, status: number, html: string): void {
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

export interface PageContent {
  readonly title: string;
  /** What is below the title. */
  readonly subtitle: string;
  readonly problem?: string | undefined;
  /** HTML, with everything of a person's escaped. */
  readonly body: string;
}

/** A page of the identity provider. */
export function page({ title, subtitle, problem, body }: PageContent): string {
  const alert = problem === undefined ? "" : `<p role="alert" class="problem">${escaped(problem)}</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Catalyst</title>
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
  a { color:var(--accent) }
</style>
<main>
  <h1>${escaped(title)}</h1>
  <p>${escaped(subtitle)}</p>
  ${alert}
  ${body}
</main>
</html>
`;
}

/** Text as it may stand in HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
