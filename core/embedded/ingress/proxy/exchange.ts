import type { HeaderLines } from "./headers.ts";
import { openHttp1 } from "./http1.ts";
import type { BodySink, BodySource } from "./pump.ts";
import type { Address } from "./target.ts";

/** What an application is asked. */
export interface Question {
  readonly address: Address;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderLines;
  readonly hasBody: boolean;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** Over a connection that nobody else uses, where the protocol has one for each request; default: over a kept one. */
  readonly isAlone?: boolean | undefined;
}

/** The application's answer; its body can be read once. */
export interface Answer extends BodySource {
  readonly status: number;
  /** Names and values by turns. */
  readonly rawHeaders: string[];
}

/** One question to an application, in the version of HTTP it speaks. */
export interface Exchange {
  /** Where the question's body goes, to be ended also where there is none. */
  readonly body: BodySink;
  /** Fails as the connection does. */
  readonly answer: Promise<Answer>;
  /** Sends the head alone; false when the application answers without wanting the body. */
  mayGoOn(): Promise<boolean>;
  destroy(error?: Error): void;
}

/** Opens an exchange with an application. */
export async function openExchange(question: Question): Promise<Exchange> {
  if (question.address.protocol !== "h2c") return openHttp1(question);
  // Few applications want it: what speaks it is loaded with the first.
  const { openHttp2 } = await import("./http2.ts");
  return openHttp2(question);
}
