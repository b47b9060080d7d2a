import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Call } from "../request/call.ts";

/** Changes or refuses an object about to be created. Throws StatusError. */
export type CreateAdmission = (call: Call, object: KubeObject) => KubeObject;

/** The server's own admission of new objects, in order. */
const creating: readonly CreateAdmission[] = [];

/** Lets every rule change or refuse an object about to be created. Throws StatusError. */
export async function admitCreate(call: Call, object: KubeObject): Promise<KubeObject> {
  return creating.reduce((admitted, admit) => admit(call, admitted), object);
}

/** The same for a change of an object, or of the named subresource. */
export async function admitUpdate(
  _call: Call,
  _stored: KubeObject,
  object: KubeObject,
  _subresource: string | undefined,
): Promise<KubeObject> {
  return object;
}
