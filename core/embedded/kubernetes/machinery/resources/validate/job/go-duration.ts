const parts = /^[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** Tells whether a text is a duration as Go writes it: `1h30m`. */
export function isDuration(text: string): boolean {
  return parts.test(text);
}
