export { type LocalUser, Users } from "./users.ts";
