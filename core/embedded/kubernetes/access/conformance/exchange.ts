/** One request, and what of its answer later ones of the same scenario use. */
export interface Exchange {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** The bearer token; the administrator's when absent, none when empty. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Media type of the body; JSON when absent. */
  readonly type?: string;
  /** Names for fields of the answer, by their paths; `{{name}}` stands for them in what is sent later. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Only prepares: of the answer the status alone is compared, its body is another part's. */
  readonly aside?: true;
  /** Asks again until the answer has this status: for what a server notices a moment later. */
  readonly until?: number;
}

export interface Scenario {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** An answer as it is compared. */
export type Compared = Answer | Pick<Answer, "status">;

/** What a server answers to one exchange in which nothing stands for something else. */
export type Send = (exchange: Exchange) => Promise<Answer>;

/** Headers that are part of an answer's meaning. */
const telling = ["warning", "retry-after", "content-type", "cache-control"];

/** Runs a scenario's exchanges one after the other and gives what is the same for every server that behaves alike. */
export async function runScenario(
  { exchanges }: Scenario,
  send: Send,
  issuer: string,
): Promise<readonly Compared[]> {
  const kept = new Map<string, string>();
  const answers: Compared[] = [];
  for (const exchange of exchanges) {
    const answer = await settled(filled(exchange, kept), send);
    for (const [name, path] of Object.entries(exchange.keep ?? {})) kept.set(name, textAt(answer.body, path));
    answers.push(exchange.aside ? { status: answer.status } : comparable(answer, issuer));
  }
  return answers;
}

async function settled(exchange: Exchange, send: Send): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await send(exchange);
    if (exchange.until === undefined || answer.status === exchange.until || attempt === 1200) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function filled(exchange: Exchange, kept: ReadonlyMap<string, string>): Exchange {
  const text = JSON.stringify(exchange).replaceAll(/\{\{(\w+)\}\}/g, (mark, name: string) => {
    const value = kept.get(name);
    if (value === undefined) throw new Error(`nothing was kept for ${mark}`);
    return JSON.stringify(value).slice(1, -1);
  });
  return JSON.parse(text) as Exchange;
}

function textAt(body: unknown, path: string): string {
  let value = body;
  for (const key of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[key];
  if (typeof value !== "string") throw new Error(`the answer has no ${path}: ${JSON.stringify(body)}`);
  return value;
}

/** Takes out what differs between two runs of the same server: ids, times, revisions, signatures. */
function comparable({ status, headers, body }: Answer, issuer: string): Answer {
  const kept = Object.entries(headers).filter(([name]) => telling.includes(name));
  return { status, headers: Object.fromEntries(kept), body: plain(body, issuer) };
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g;
const jwt = /^eyJ[\w-]+\.([\w-]+)\.[\w-]+$/;

function plain(value: unknown, issuer: string): unknown {
  if (typeof value === "string") {
    const claims = jwt.exec(value)?.[1];
    if (claims !== undefined) return { claims: plain(claimsOf(claims), issuer) };
    return value.replaceAll(uuid, "<uid>").replaceAll(time, "<time>").replaceAll(issuer, "<issuer>");
  }
  if (Array.isArray(value)) return value.map((item) => plain(item, issuer));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(
    ([key]) => key !== "managedFields" && key !== "resourceVersion",
  );
  return Object.fromEntries(fields.map(([key, item]) => [key, ordered(key, plain(item, issuer))]));
}

/** The rules somebody has come in the order in which the server happens to hold its bindings. */
function ordered(key: string, value: unknown): unknown {
  if (!Array.isArray(value) || !/^(nonR|r)esourceRules$/.test(key)) return value;
  return value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** A token's claims, its times counted from when it was issued. */
function claimsOf(part: string): unknown {
  const claims = JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  const issuedAt = Number(claims["iat"]);
  const relative = (key: string) => (key in claims ? { [key]: Number(claims[key]) - issuedAt } : {});
  const own = claims["kubernetes.io"] as Record<string, unknown> | undefined;
  const warnafter = own?.["warnafter"];
  return {
    ...claims,
    ...relative("iat"),
    ...relative("nbf"),
    ...relative("exp"),
    ...(own === undefined
      ? {}
      : {
          "kubernetes.io": {
            ...own,
            ...(warnafter === undefined ? {} : { warnafter: Number(warnafter) - issuedAt }),
          },
        }),
  };
}
