import type { Member } from "@catalyst/model/role";

/** An Organization's members as of now; undefined when there's no such Organization. */
export type MembersOf = (organization: string) => readonly Member[] | undefined;
