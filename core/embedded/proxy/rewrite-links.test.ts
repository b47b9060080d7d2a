import { expect, test } from "vitest";
import { rewriteLinks } from "./rewrite-links.ts";

async function rewritten(...pieces: readonly string[]): Promise<string> {
  const source = async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  };
  let text = "";
  for await (const chunk of rewriteLinks(source(), (url) => (url.startsWith("/") ? `/there${url}` : url)))
    text += Buffer.from(chunk);
  return text;
}

test.each([
  ["a link", '<a href="/page">/page</a>', '<a href="/there/page">/page</a>'],
  ["an address elsewhere", "<a HREF='http://a.example/'>a</a>", "<a HREF='http://a.example/'>a</a>"],
  [
    "a form and an image",
    '<form action="/do"><img src=/i.png>',
    '<form action="/there/do"><img src="/there/i.png">',
  ],
  [
    "what no tag says",
    "<!-- /a --><script>go('/a')</script> &lt;",
    "<!-- /a --><script>go('/a')</script> &lt;",
  ],
  ["an attribute that is none", '<a title="/page">', '<a title="/page">'],
])("%s", async (_name, page, expected) => {
  expect(await rewritten(page)).toBe(expected);
});

test("a page that comes in pieces, cut inside a tag and a letter", async () => {
  const page = Buffer.from('<p>ü</p><a href="/page">b</a>');
  const pieces = [page.subarray(0, 4), page.subarray(4, 18), page.subarray(18)];
  const source = async function* () {
    yield* pieces;
  };
  let text = "";
  for await (const chunk of rewriteLinks(source(), (url) => `/there${url}`)) text += Buffer.from(chunk);
  expect(text).toBe('<p>ü</p><a href="/there/page">b</a>');
});
