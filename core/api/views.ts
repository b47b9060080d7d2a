import { CatalystError } from "@catalyst/base/errors";
import { parseEnvironmentName } from "@catalyst/model/naming";
import type { Member } from "@catalyst/model/role";
import type { ApplicationView, EnvironmentView } from "@catalyst/model/view";
import { environments, organizations } from "@catalyst/ports/kubernetes";
import { applicationView, environmentView, objectOf, type Projection } from "@catalyst/projector";

/** An Organization's members as of now; undefined when there's no such Organization. */
export function membersOf(projection: Projection, organization: string): readonly Member[] | undefined {
  const object = objectOf(projection.sovereign, organizations, "", organization);
  return object === undefined ? undefined : (object.spec.members ?? []);
}

/** An Environment. Throws `not-found`. */
export function environmentOf(projection: Projection, name: string): EnvironmentView {
  const object = objectOf(projection.sovereign, environments, parseEnvironmentName(name).organization, name);
  if (object === undefined) throw new CatalystError("not-found", `there is no Environment "${name}"`);
  return environmentView(projection.scope(name), object);
}

/** An Application. Throws `not-found`. */
export function applicationOf(projection: Projection, environment: string, name: string): ApplicationView {
  environmentOf(projection, environment);
  const view = applicationView(projection.scope(environment), environment, name);
  if (view === undefined)
    throw new CatalystError("not-found", `there is no Application "${name}" in ${environment}`);
  return view;
}
