import { Tokens } from "@catalyst/api";
import { systemClock } from "@catalyst/base/clock";
import { openEventSpine } from "@catalyst/embedded-events";
import { Users } from "@catalyst/embedded-identity";
import { openStore } from "@catalyst/embedded-store";
import { Calls } from "./calls.ts";
import type { Sovereign } from "./sovereign.ts";

/** The tokens of somebody who isn't `admin`. */
export interface Person {
  readonly user: string;
  readonly write: string;
  readonly read: string;
}

/** Adds users with tokens to the data folder of a Sovereign that is stopped. */
export async function addPeople<Name extends string>(
  data: string,
  names: readonly Name[],
): Promise<Readonly<Record<Name, Person>>> {
  const store = await openStore({ dir: data });
  try {
    const spine = await openEventSpine({ store, clock: systemClock });
    const users = await Users.open(await spine.bucket("identity-users"), systemClock);
    const tokens = await Tokens.open(await spine.bucket("api-tokens"), systemClock);
    const people: [string, Person][] = [];
    for (const user of names) {
      await users.put({ user, name: `Name of ${user}`, email: `${user}@localhost`, sovereignAdmin: false });
      const { token: write } = await tokens.create(user, "test", "write");
      const { token: read } = await tokens.create(user, "test", "read");
      people.push([user, { user, write, read }]);
    }
    return Object.fromEntries(people) as Record<Name, Person>;
  } finally {
    await store.close();
  }
}

/** Calls with another token than `admin`'s. */
export function callsWith(sovereign: Sovereign, token: string): Calls {
  return new Calls({ ...sovereign, token: () => token });
}
