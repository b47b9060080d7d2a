/**
 * How long `vi.waitFor` is to wait: the second it has by default is soon over on a busy machine. `expect.poll` waits as
 * long by vitest.config.ts.
 */
export const soon = { timeout: 20_000, interval: 20 } as const;
