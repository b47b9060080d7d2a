import type { ByteSink, TerminalSize } from "@catalyst/ports/containers";

/** The caller's end of a command that runs elsewhere, whatever protocol it speaks. */
export interface Caller {
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  readonly stdout: ByteSink | undefined;
  readonly stderr: ByteSink | undefined;
  readonly sizes: AsyncIterable<TerminalSize> | undefined;
  /** Resolves when the connection is over. */
  readonly gone: Promise<void>;
  /** Tells how the command ended, after all its output, and closes the connection. */
  finish(status: CommandStatus): Promise<void>;
  /** Closes the connection. */
  close(): void;
}

/** How a command ended, as the error stream tells it: a Status in short. */
export interface CommandStatus {
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes: readonly { readonly reason: string; readonly message: string }[] };
  readonly code?: number;
}

/** The status as bytes: JSON from v4 on, before that only what went wrong, in words. */
export function printStatus(status: CommandStatus, asJson: boolean): Uint8Array {
  return Buffer.from(asJson ? JSON.stringify(status) : (status.message ?? ""));
}

/** The longest text of one size; what is longer is none. */
const sizeLimit = 1024;

/** Reads terminal sizes from a stream of JSON documents, `{"Width":80,"Height":24}`; what is none ends them. */
export async function* readSizes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TerminalSize> {
  let text = "";
  for await (const chunk of chunks) {
    text += Buffer.from(chunk).toString("utf8");
    for (let end = text.indexOf("}"); end >= 0; end = text.indexOf("}")) {
      const size = parseSize(text.slice(0, end + 1));
      text = text.slice(end + 1);
      if (size === undefined) return;
      yield size;
    }
    if (text.length > sizeLimit) return;
  }
}

function parseSize(text: string): TerminalSize | undefined {
  try {
    const { Width: width, Height: height } = JSON.parse(text) as Record<string, unknown>;
    return isSide(width) && isSide(height) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff;
}
