import type { Sovereign } from "./sovereign.ts";

/** What a browser got, after it followed every redirect. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
}

/** A browser without a screen: it keeps cookies by path and follows redirects, and reads forms. */
export class Browser {
  readonly #origin: string;
  /** Value and path of each cookie, by path and name. */
  readonly #cookies = new Map<string, { readonly pair: string; readonly path: string }>();

  constructor({ url }: Sovereign) {
    this.#origin = url;
  }

  /** Forgets the cookies below a path. */
  forget(path: string): void {
    for (const [key, cookie] of this.#cookies) if (cookie.path === path) this.#cookies.delete(key);
  }

  open(path: string): Promise<Page> {
    return this.#go(new URL(path, this.#origin), { method: "GET" });
  }

  /** Fills the form of a page in and sends it; hidden fields go along. */
  async submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const action = /<form[^>]*action="([^"]*)"/.exec(page.text)?.[1] ?? "";
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const body = new URLSearchParams(
      hidden.map(([, name = "", value = ""]): [string, string] => [name, value]),
    );
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.#go(new URL(unescaped(action), page.url), { method: "POST", body });
  }

  /** Sends JSON, as the console's own script does. */
  post(path: string, body: object, headers: Readonly<Record<string, string>>): Promise<Page> {
    const content = { "content-type": "application/json", ...headers };
    return this.#go(new URL(path, this.#origin), {
      method: "POST",
      headers: content,
      body: JSON.stringify(body),
    });
  }

  async #go(address: URL, init: RequestInit): Promise<Page> {
    const cookie = [...this.#cookies.values()]
      .filter(({ path }) => address.pathname.startsWith(path))
      .map(({ pair }) => pair)
      .join("; ");
    const answer = await fetch(address, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, cookie },
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    const location = answer.headers.get("location");
    if (location === null) return { status: answer.status, url: address.href, text: await answer.text() };
    await answer.body?.cancel();
    return this.#go(new URL(location, address), { method: "GET" });
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(/;\s*/);
    const path = attributes.find((item) => /^path=/i.test(item))?.slice(5) ?? "/";
    const key = `${path} ${pair.slice(0, pair.indexOf("="))}`;
    if (/expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) this.#cookies.delete(key);
    else this.#cookies.set(key, { pair, path });
  }
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_match, code: string) => String.fromCharCode(Number(code)));
}
