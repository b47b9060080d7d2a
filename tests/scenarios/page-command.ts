import { createServer } from "node:http";
import { Visitor } from "./visitor.ts";

/**
 * The command `page` of a scenario's shell, which stands for a person at the console: it hands its words to the
 * browser of this scenario and prints what comes back.
 */
export const pageFunction = `
# page open ADDRESS | click ROLE NAME | follow LINK | fill LABEL TEXT | press KEY | expect TEXT | look [ROLE [NAME]]
page() {
  words=""
  for word in "$@"; do words="$words$(printf %s "$word" | base64 -w 0) "; done
  curl -s --fail-with-body --unix-socket "$BROWSER" http://browser/ -d "$words" || return 1
}
`;

type Act = (visitor: Visitor, ...words: string[]) => Promise<unknown>;

const acts: Readonly<
  Record<string, { readonly words: readonly [least: number, most: number]; readonly run: Act }>
> = {
  open: { words: [1, 1], run: (visitor, address = "") => visitor.open(address) },
  click: { words: [2, 2], run: (visitor, role = "", name = "") => visitor.click(role, name) },
  follow: { words: [1, 1], run: (visitor, name = "") => visitor.follow(name) },
  fill: { words: [2, 2], run: (visitor, label = "", text = "") => visitor.fill(label, text) },
  press: { words: [1, 1], run: (visitor, key = "") => visitor.press(key) },
  expect: { words: [1, 1], run: (visitor, text = "") => visitor.expect(text) },
  look: { words: [0, 2], run: (visitor, role, name) => visitor.look(role, name) },
};

/** Whether a scenario's command needs a browser. */
export function needsBrowser(command: string): boolean {
  return /^ *page /m.test(command);
}

/** Listens for the commands of one scenario. The browser starts with the first of them. */
export interface PageCommands {
  close(): Promise<void>;
}

/** Serves `page` at a socket for the console at `origin`. */
export async function servePageCommands(socket: string, origin: string): Promise<PageCommands> {
  let started: Promise<Visitor> | undefined;
  const server = createServer(async (request, response) => {
    const answer = (status: number, text: string) =>
      response.writeHead(status).end(text === "" ? "" : `${text}\n`);
    try {
      const [name = "", ...words] = await wordsOf(request);
      const act = acts[name];
      if (act === undefined)
        return answer(400, `there is no "page ${name}"; there are ${Object.keys(acts).join(", ")}`);
      const [least, most] = act.words;
      if (words.length < least || words.length > most)
        return answer(400, `"page ${name}" takes ${least === most ? least : `${least} to ${most}`} words`);
      started ??= Visitor.start(origin);
      const seen = await act.run(await started, ...words);
      answer(200, typeof seen === "string" ? seen : "");
    } catch (error) {
      answer(500, error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  return {
    close: async () => {
      server.close();
      await (await started)?.close();
    },
  };
}

async function wordsOf(request: AsyncIterable<Buffer>): Promise<readonly string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const words = Buffer.concat(chunks).toString().split(" ");
  return words.slice(0, -1).map((word) => Buffer.from(word, "base64").toString());
}
