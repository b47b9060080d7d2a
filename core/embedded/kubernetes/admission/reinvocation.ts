import { jsonEqual } from "@catalyst/base/json";
import type { Admitted } from "./admitter.ts";

/**
 * The second round of a mutating chain. What a webhook or policy changes may concern those that were asked
 * before it: when one changed something, the chain runs once more, and there asks those again that want to be
 * (`reinvocationPolicy: IfNeeded`). Source of the rules: upstream's reinvocation contexts.
 */
export class Reinvocation {
  /** Whether this is the second round. */
  isAgain = false;
  /** Whether there is to be one. */
  isWanted = false;
  readonly #rounds = new Map<string, Round>();

  /** What the admitter of a name remembers from one round to the next. */
  of(admitter: string): Round {
    const round = this.#rounds.get(admitter) ?? new Round(this);
    this.#rounds.set(admitter, round);
    return round;
  }
}

/** The part of one admitter that asks several others: webhooks, or policies. */
export class Round {
  readonly #chain: Reinvocation;
  /** Asked once, and want to be asked again after a later change. */
  readonly #willing = new Set<string>();
  readonly #again = new Set<string>();
  #output: Admitted;

  constructor(chain: Reinvocation) {
    this.#chain = chain;
  }

  /** Before the first is asked: another admitter's change since the last round concerns all who are willing. */
  begin(object: Admitted): void {
    if (this.#chain.isAgain && !jsonEqual(this.#output, object)) this.#repeat();
  }

  /** In the second round only those are asked that were asked in the first and are concerned. */
  mayAsk(key: string): boolean {
    return !this.#chain.isAgain || this.#again.has(key);
  }

  changed(): void {
    this.#repeat();
    this.#chain.isWanted = true;
  }

  asked(key: string, willing: boolean): void {
    if (willing) this.#willing.add(key);
  }

  end(object: Admitted): void {
    this.#output = object;
  }

  #repeat(): void {
    for (const key of this.#willing) this.#again.add(key);
    this.#willing.clear();
  }
}
