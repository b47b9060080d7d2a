import { readFileSync } from "node:fs";

/** A field of a message, as the data file has it. */
export interface MessageField {
  readonly name: string;
  readonly form: "single" | "repeated" | "map";
  /** A scalar's name, or a message's when `isMessage`. */
  readonly type: string;
  readonly isMessage: boolean;
}

/** The fields of a message by their numbers. */
export type Message = ReadonlyMap<number, MessageField>;

interface MessagesFile {
  readonly messages: Readonly<Record<string, string>>;
}

let file: MessagesFile | undefined;
const parsed = new Map<string, Message>();

/** A message by the name OpenAPI gives its type, without `io.k8s.`; undefined when there is none. */
export function findMessage(name: string): Message | undefined {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  file ??= JSON.parse(
    readFileSync(new URL("./messages.generated.json", import.meta.url), "utf8"),
  ) as MessagesFile;
  const text = file.messages[name];
  if (text === undefined) return undefined;
  const message = new Map(text === "" ? [] : text.split("|").map(parseField));
  parsed.set(name, message);
  return message;
}

function parseField(text: string): [number, MessageField] {
  const [number, marked, type] = text.split(" ") as [string, string, string];
  const form = marked.startsWith("*") ? "repeated" : marked.startsWith("%") ? "map" : "single";
  const isMessage = type.startsWith(".");
  const field: MessageField = {
    name: form === "single" ? marked : marked.slice(1),
    form,
    type: isMessage ? type.slice(1) : type,
    isMessage,
  };
  return [Number(number), field];
}
