import { pipeline, Readable } from "node:stream";

/** Gives the address to write in place of one that a page has. */
export type RewriteUrl = (url: string) => string;

/** Attributes that hold an address, by element, as HTML lists them. */
const attributes: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  applet: ["codebase"],
  area: ["href"],
  audio: ["src"],
  base: ["href"],
  blockquote: ["cite"],
  body: ["background"],
  button: ["formaction"],
  command: ["icon"],
  del: ["cite"],
  embed: ["src"],
  form: ["action"],
  frame: ["longdesc", "src"],
  head: ["profile"],
  html: ["manifest"],
  iframe: ["longdesc", "src"],
  img: ["longdesc", "src", "usemap"],
  input: ["src", "usemap", "formaction"],
  ins: ["cite"],
  link: ["href"],
  object: ["classid", "codebase", "data", "usemap"],
  q: ["cite"],
  script: ["src"],
  source: ["src"],
  video: ["poster", "src"],
};

/** Changes the addresses in a page's tags, as it comes; everything else stays as it is. */
export async function* rewriteLinks(
  page: AsyncIterable<Uint8Array>,
  rewrite: RewriteUrl,
): AsyncGenerator<Uint8Array> {
  // Few ever ask for a page by this way.
  const { RewritingStream } = await import("parse5-html-rewriting-stream");
  const stream = new RewritingStream();
  stream.on("startTag", (tag, raw) => {
    const names = attributes[tag.tagName] ?? [];
    const held = tag.attrs.filter(({ name }) => names.includes(name));
    const changed = held.filter((attribute) => {
      const before = attribute.value;
      attribute.value = rewrite(before);
      return attribute.value !== before;
    });
    if (changed.length > 0) stream.emitStartTag(tag);
    else stream.emitRaw(raw);
  });
  // What goes wrong with the page is thrown where it is read.
  pipeline(Readable.from(page).setEncoding("utf8"), stream, () => undefined);
  for await (const text of stream) yield Buffer.from(text as string);
}
