import type { Response } from "@catalyst/ports/transport";

export interface Page {
  readonly status: number;
  readonly title: string;
  /** Paragraphs of plain text. */
  readonly text: readonly string[];
  /** A command to copy. */
  readonly command?: string | undefined;
}

/** A page of the ingress itself, made of plain text: nothing in it is taken as markup. */
export function page({ status, title, text, command }: Page): Response {
  const paragraphs = text.map((line) => `<p>${escapeHtml(line)}</p>`).join("");
  const code = command === undefined ? "" : `<pre>${escapeHtml(command)}</pre>`;
  const body = `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:12vh auto;
padding:0 1.5rem}h1{font-size:1.5rem;line-height:1.3}pre{padding:.8rem 1rem;border-radius:.5rem;
background:color-mix(in srgb,currentColor 8%,transparent);overflow-x:auto}</style>
<main><h1>${escapeHtml(title)}</h1>${paragraphs}${code}</main></html>
`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "x-content-type-options": "nosniff",
    },
    body: new TextEncoder().encode(body),
  };
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

export function noApplication(host: string): Response {
  return page({
    status: 404,
    title: "No application here",
    text: [`No Ingress and no HTTPRoute of this Sovereign names ${host} and this path.`],
  });
}

export function notReady(host: string, reasons: readonly string[]): Response {
  return page({
    status: 503,
    title: `${host} isn't ready`,
    text: ["The application is installed, but nothing can answer yet.", ...reasons],
  });
}

export function unreachable(host: string, reason: string): Response {
  return page({
    status: 502,
    title: `${host} doesn't answer`,
    text: ["The application's Pod is ready, but the connection to it failed.", reason],
  });
}

export function simulated(host: string, pod: string, images: readonly string[]): Response {
  return page({
    status: 503,
    title: `${host} is simulated`,
    text: [
      "This Sovereign simulates containers, so there is no application behind this address.",
      `The Pod ${pod} would run ${images.join(" and ")}.`,
      "On a Linux machine with podman, this command runs it for real:",
    ],
    command: "./catalyst up --runtime podman",
  });
}

export function unroutable(host: string, status: number, reason: string): Response {
  return page({ status, title: `${host} can't be reached`, text: [reason] });
}

export function timedOut(host: string): Response {
  return page({
    status: 504,
    title: `${host} takes too long`,
    text: ["The application didn't answer within the time its route gives it."],
  });
}
